//! Halting a run that goes wrong as a whole: too many of the last rows could not be written.

use std::collections::VecDeque;

use kernel::Code;

use crate::Refusal;

/// Rows that are remembered.
const LAST: usize = 1_000;
/// How many of them may fail: five in a hundred.
const MOST: usize = 50;

/// What became of the last rows.
#[derive(Debug)]
pub(super) struct Brake {
    recent: VecDeque<bool>,
    failed: usize,
    /// Somebody has seen that rows fail, and said to go on.
    released: bool,
}

impl Brake {
    pub(super) fn new(released: bool) -> Self {
        Self {
            recent: VecDeque::with_capacity(LAST),
            failed: 0,
            released,
        }
    }

    /// So many rows were written.
    pub(super) fn wrote(&mut self, rows: usize) {
        for _ in 0..rows.min(LAST) {
            self.push(false);
        }
    }

    /// A row could not be written; refuses to go on when there are too many.
    pub(super) fn failed(&mut self, why: &str) -> Result<(), Refusal> {
        self.push(true);
        if self.failed > MOST && !self.released {
            let detail = format!(
                "{} of the last {} rows, most recently because {why}",
                self.failed,
                self.recent.len()
            );
            return Err(Refusal::new(Code::TooManyFailures, detail));
        }
        Ok(())
    }

    fn push(&mut self, failed: bool) {
        if self.recent.len() == LAST && self.recent.pop_front() == Some(true) {
            self.failed -= 1;
        }
        self.recent.push_back(failed);
        self.failed += usize::from(failed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_in_twenty_may_fail() {
        let mut brake = Brake::new(false);
        for _ in 0..200 {
            brake.wrote(19);
            brake.failed("of a test").unwrap();
        }
        brake.wrote(5_000);
        for _ in 0..50 {
            brake.failed("of a test").unwrap();
        }
        let refusal = brake.failed("of a test").unwrap_err();
        assert_eq!(refusal.code(), "too_many_failures");
        assert!(
            refusal.to_string().contains("51 of the last 1000 rows"),
            "{refusal}"
        );
    }

    #[test]
    fn nothing_halts_whoever_wants_to_go_on() {
        let mut brake = Brake::new(true);
        for _ in 0..2_000 {
            brake.failed("of a test").unwrap();
        }
    }
}
