//! The states of a wave.

/// The states of a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaveState {
    /// Invitations are being made.
    Running,
    /// The first few are out.
    Watching,
    /// Too many of the first came back.
    Held,
    /// Halted by a person.
    Paused,
    /// Ended by a person.
    Stopped,
    /// Everybody was gone through.
    Done,
}

impl WaveState {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Watching => "watching",
            Self::Held => "held",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }

    pub(super) fn parse(name: &str) -> Self {
        let all = [
            Self::Running,
            Self::Watching,
            Self::Held,
            Self::Paused,
            Self::Stopped,
        ];
        all.into_iter()
            .find(|state| state.as_str() == name)
            .unwrap_or(Self::Done)
    }

    /// Whether it goes on by itself.
    pub const fn is_going(self) -> bool {
        matches!(self, Self::Running | Self::Watching)
    }

    /// Whether a person can let it go on.
    pub const fn can_go_on(self) -> bool {
        matches!(self, Self::Held | Self::Paused)
    }
}
