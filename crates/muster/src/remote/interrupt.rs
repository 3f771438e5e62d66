//! What somebody who presses Ctrl-C should know: work that the server has goes on without us.

use std::{
    future::{Future as _, poll_fn},
    process,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    thread,
};

use crate::output;

/// As a shell says of what ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// Says it when the time comes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<Mutex<String>>);

impl Interrupt {
    /// Begins to listen for Ctrl-C.
    pub(crate) fn listen() -> Self {
        let interrupt = Self::default();
        let said = interrupt.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        if let Ok(runtime) = runtime {
            let mut pressed = Box::pin(tokio::signal::ctrl_c());
            // Whoever is asked once listens from here on.
            let early = runtime.block_on(poll_fn(|context| {
                Poll::Ready(pressed.as_mut().poll(context).is_ready())
            }));
            if early {
                return interrupt;
            }
            thread::spawn(move || {
                if runtime.block_on(pressed).is_ok() {
                    let words = said.0.lock().unwrap_or_else(PoisonError::into_inner);
                    output::note(&format!("\n{words}"));
                    process::exit(INTERRUPTED);
                }
            });
        }
        interrupt
    }

    /// What is to be said from now on.
    pub(crate) fn say(&self, words: impl Into<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = words.into();
    }
}
