//! Waking the runner of this process, so that a new job need not wait for the next poll.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Shared by those who queue jobs and those who run them.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
struct State {
    calls: u64,
    stopping: bool,
}

impl Wake {
    /// Says that there may be work; called after the transaction that queued it is committed.
    pub fn wake(&self) {
        self.lock().calls += 1;
        self.0.1.notify_all();
    }

    /// Asks all runners to stop once their jobs have come to a good place.
    pub fn stop(&self) {
        self.lock().stopping = true;
        self.0.1.notify_all();
    }

    /// Whether the runners were asked to stop.
    pub fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Waits until a stop is asked for, or the time is over.
    pub fn wait_for_stop(&self, time: Duration) {
        let state = self.lock();
        drop(
            self.0
                .1
                .wait_timeout_while(state, time, |state| !state.stopping),
        );
    }

    /// The number of calls so far, to be given to [`Wake::wait`].
    pub fn calls(&self) -> u64 {
        self.lock().calls
    }

    /// Waits until there was a call after the first `seen` ones, a stop, or the time is over.
    pub fn wait(&self, seen: u64, time: Duration) {
        let state = self.lock();
        // The outcome does not matter: the queue itself is asked next.
        drop(
            self.0
                .1
                .wait_timeout_while(state, time, |state| state.calls == seen && !state.stopping),
        );
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing can be half done in so small a state.
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
