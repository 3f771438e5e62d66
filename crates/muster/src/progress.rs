//! A progress bar with rate and time left, on a terminal only.

use std::{
    io::{IsTerminal, stderr},
    sync::{Arc, Mutex},
};

use import::{Progress, Tell};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows the progress of jobs; `None` where nobody would see it.
pub(crate) fn bar() -> Option<Tell> {
    if !stderr().is_terminal() {
        return None;
    }
    let shown: Mutex<Option<(&'static str, ProgressBar)>> = Mutex::new(None);
    Some(Arc::new(move |progress: Progress| {
        let Ok(mut shown) = shown.lock() else { return };
        if shown
            .as_ref()
            .is_none_or(|(stage, _)| *stage != progress.stage)
        {
            if let Some((_, bar)) = shown.take() {
                bar.finish_and_clear();
            }
            *shown = Some((progress.stage, begin(&progress)));
        }
        if let Some((_, bar)) = shown.as_ref() {
            bar.set_position(progress.done.unsigned_abs());
            if progress.total > 0 && progress.done >= progress.total {
                bar.finish_and_clear();
            }
        }
    }))
}

fn begin(progress: &Progress) -> ProgressBar {
    let total = (progress.total > 0).then_some(progress.total.unsigned_abs());
    let template = if total.is_some() {
        "{msg:>10} [{bar:30}] {human_pos}/{human_len} rows, {per_sec}, {eta} left"
    } else {
        "{msg:>10} {human_pos} rows, {per_sec}"
    };
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.with_message(progress.stage)
}
