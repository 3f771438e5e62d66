//! Where an import stands. The one list of states; pages, API and command line print its names.

use serde::{Deserialize, Serialize};

/// The state of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The format is a guess; a person is to look at it.
    ChooseFormat,
    /// The columns wait for a person.
    Mapping,
    /// Rows are being read and compared.
    Checking,
    /// Rows and plan wait for a person.
    Planned,
    /// Waiting for another import of the account to end.
    Queued,
    /// People are being written.
    Running,
    /// Asked to pause after the present chunk.
    Pausing,
    /// Halted between two chunks; can go on.
    Paused,
    /// Asked to stop after the present chunk.
    Stopping,
    /// Ended by a person before its last row.
    Stopped,
    /// Every row was imported or skipped as chosen.
    Done,
    /// Ended, and some rows were not imported.
    DoneWithProblems,
    /// Nothing was written, for a reason the operator can act on.
    Refused,
    /// Ended by a failure; what was written before it is kept and can be undone.
    Failed,
    /// Being taken back.
    Undoing,
    /// Taken back whole.
    Undone,
    /// Taken back except for what was changed since.
    PartlyUndone,
    /// Being done again after it was taken back.
    Redoing,
    /// Given up before anything was written.
    Discarded,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 19] = [
        Self::ChooseFormat,
        Self::Mapping,
        Self::Checking,
        Self::Planned,
        Self::Queued,
        Self::Running,
        Self::Pausing,
        Self::Paused,
        Self::Stopping,
        Self::Stopped,
        Self::Done,
        Self::DoneWithProblems,
        Self::Refused,
        Self::Failed,
        Self::Undoing,
        Self::Undone,
        Self::PartlyUndone,
        Self::Redoing,
        Self::Discarded,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChooseFormat => "choose_format",
            Self::Mapping => "mapping",
            Self::Checking => "checking",
            Self::Planned => "planned",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Pausing => "pausing",
            Self::Paused => "paused",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::DoneWithProblems => "done_with_problems",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
            Self::PartlyUndone => "partly_undone",
            Self::Redoing => "redoing",
            Self::Discarded => "discarded",
        }
    }

    /// The state with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// What to call it on a page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ChooseFormat => "Format to confirm",
            Self::Mapping => "Columns to confirm",
            Self::Checking => "Checking",
            Self::Planned => "Ready to start",
            Self::Queued => "Waiting",
            Self::Running => "Running",
            Self::Pausing => "Pausing",
            Self::Paused => "Paused",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Done => "Done",
            Self::DoneWithProblems => "Done, rows left",
            Self::Refused => "Refused",
            Self::Failed => "Failed",
            Self::Undoing => "Undoing",
            Self::Undone => "Undone",
            Self::PartlyUndone => "Partly undone",
            Self::Redoing => "Redoing",
            Self::Discarded => "Discarded",
        }
    }

    /// Nothing has been written yet, and settings may change.
    pub const fn is_draft(self) -> bool {
        matches!(
            self,
            Self::ChooseFormat | Self::Mapping | Self::Planned | Self::Refused
        )
    }

    /// A job is at work or waits to be.
    pub const fn is_busy(self) -> bool {
        matches!(
            self,
            Self::Checking
                | Self::Queued
                | Self::Running
                | Self::Pausing
                | Self::Stopping
                | Self::Undoing
                | Self::Redoing
        )
    }

    /// It has ended, with results to look at.
    pub const fn has_results(self) -> bool {
        matches!(
            self,
            Self::Done
                | Self::DoneWithProblems
                | Self::Stopped
                | Self::Failed
                | Self::Undone
                | Self::PartlyUndone
        )
    }

    /// It was taken back and can be done again.
    pub const fn can_redo(self) -> bool {
        matches!(self, Self::Undone | Self::PartlyUndone)
    }

    /// What was written can be taken back.
    pub const fn can_undo(self) -> bool {
        matches!(
            self,
            Self::Done | Self::DoneWithProblems | Self::Stopped | Self::Failed | Self::Paused
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_state() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }
}
