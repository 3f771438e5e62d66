//! Series of imports as they are printed, whether they come from the database here or from a server.

use anyhow::Result;
use import::{Brakes, Comparison, Counts, Mode, RunOutcome, State};
use kernel::{ImportId, SeriesId, Timestamp};
use serde::Serialize;
use serde_json::Value;

use crate::{exit::Exit, output};

/// A series.
#[derive(Serialize)]
pub(crate) struct ShownSeries {
    pub(crate) series: SeriesId,
    pub(crate) name: String,
    pub(crate) folder: Option<String>,
    pub(crate) pattern: String,
    pub(crate) schedule: String,
    pub(crate) mode: Mode,
    /// `["all"]`, `["series"]` or ids of groups and teams; nothing if it deactivates nobody.
    pub(crate) scope: Value,
    pub(crate) brakes: Brakes,
    pub(crate) paused: bool,
    pub(crate) next_at: Option<Timestamp>,
    pub(crate) saved_by: String,
}

/// One of its runs.
#[derive(Serialize)]
pub(crate) struct ShownRun {
    #[serde(serialize_with = "by_name")]
    pub(crate) outcome: RunOutcome,
    pub(crate) reasons: Vec<String>,
    pub(crate) file: Option<String>,
    pub(crate) comparison: Option<Comparison>,
    pub(crate) started_at: Timestamp,
    pub(crate) import: Option<ShownImport>,
}

/// The import a run made.
#[derive(Serialize)]
pub(crate) struct ShownImport {
    pub(crate) import: ImportId,
    pub(crate) number: i64,
    pub(crate) state: State,
    #[serde(flatten)]
    pub(crate) counts: Counts,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over like this"
)]
fn by_name<S: serde::Serializer>(outcome: &RunOutcome, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(outcome.as_str())
}

/// Prints all series.
pub(crate) fn list(as_json: bool, found: &[ShownSeries]) -> Result<Exit> {
    if as_json {
        output::json(&serde_json::to_value(found)?);
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|series| {
            vec![
                series.name.clone(),
                series.schedule.clone(),
                series.folder.clone().unwrap_or_default(),
                series.pattern.clone(),
                match series.next_at {
                    _ if series.paused => "paused".to_owned(),
                    Some(at) => at.to_string(),
                    None => String::new(),
                },
            ]
        })
        .collect();
    output::table(&["Name", "When", "Folder", "Files", "Next"], &rows);
    Ok(Exit::Done)
}

/// Prints one with its last runs.
pub(crate) fn show(as_json: bool, series: &ShownSeries, runs: &[ShownRun]) -> Result<Exit> {
    if as_json {
        let mut answer = serde_json::to_value(series)?;
        if let Some(answer) = answer.as_object_mut() {
            answer.insert("runs".to_owned(), serde_json::to_value(runs)?);
        }
        output::json(&answer);
        return Ok(Exit::Done);
    }
    output::note(&format!(
        "Series {}: {}{}",
        series.name,
        series.schedule,
        if series.paused { ", paused" } else { "" }
    ));
    runs.iter().for_each(say);
    Ok(Exit::Done)
}

fn say(run: &ShownRun) {
    let file = run.file.as_deref().unwrap_or_default();
    output::note(&format!(
        "{}  {}  {file}",
        run.started_at,
        run.outcome.label()
    ));
    if let Some(import) = &run.import {
        let counts = import.counts;
        output::note(&format!(
            "    import {}: {}, {} rows = {} new + {} changed + {} unchanged + {} skipped + {} not possible",
            import.number,
            import.state.label(),
            counts.rows,
            counts.created,
            counts.updated,
            counts.unchanged,
            counts.skipped,
            counts.failed
        ));
    }
    if let Some(comparison) = run.comparison {
        output::note(&format!(
            "    {} rows added, {} removed, {} changed, {} the same as in the last file",
            comparison.added, comparison.removed, comparison.changed, comparison.same
        ));
    }
    for reason in &run.reasons {
        output::note(&format!("    {reason}"));
    }
}

/// How a command ends whose run was this one.
pub(crate) fn ended(last: Option<&ShownRun>) -> Exit {
    match last {
        Some(run) if matches!(run.outcome, RunOutcome::Held | RunOutcome::Failed) => Exit::Refused,
        Some(run) => match &run.import {
            None => Exit::Done,
            Some(import) => match import.state {
                State::Failed => Exit::Failed,
                State::Refused => Exit::Refused,
                _ if import.counts.failed + import.counts.not_started > 0 => Exit::RowsLeft,
                _ => Exit::Done,
            },
        },
        None => Exit::Done,
    }
}

/// Whether somebody wants a series removed.
pub(crate) fn shall_go(yes: bool) -> bool {
    if yes || output::asks("The series will be removed; its imports stay. Go on?") {
        return true;
    }
    output::note("Nothing was done. Add --yes to remove it without being asked.");
    false
}
