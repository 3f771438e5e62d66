//! From which state to which: the one table of transitions.

use kernel::{CardState, CardType, Timestamp};

use super::{Card, EventKind};

/// What is done with a card that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is given out.
    Issue,
    /// Its holder has it in their phone.
    Activate,
    /// It is stopped for a while.
    Pause,
    /// It works again.
    Resume,
    /// It is taken back for good.
    Revoke,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 5] = [
        Self::Issue,
        Self::Activate,
        Self::Pause,
        Self::Resume,
        Self::Revoke,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        self.event().as_str()
    }

    /// The step with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }

    /// What a card becomes, or nothing if this cannot be done in its state.
    ///
    /// A paused card becomes what it was paused from.
    pub const fn after(
        self,
        state: CardState,
        kind: CardType,
        paused_from: Option<CardState>,
    ) -> Option<CardState> {
        match (self, state) {
            (Self::Issue, CardState::Reserved) => Some(issued(kind)),
            (Self::Activate, CardState::Issued) => Some(CardState::Active),
            (Self::Pause, CardState::Issued | CardState::Active) => Some(CardState::Paused),
            (Self::Resume, CardState::Paused) => Some(match paused_from {
                Some(CardState::Issued) => CardState::Issued,
                Some(
                    CardState::Reserved
                    | CardState::Active
                    | CardState::Paused
                    | CardState::Expired
                    | CardState::Revoked,
                )
                | None => CardState::Active,
            }),
            (
                Self::Revoke,
                CardState::Reserved | CardState::Issued | CardState::Active | CardState::Paused,
            ) => Some(CardState::Revoked),
            (
                Self::Issue,
                CardState::Issued
                | CardState::Active
                | CardState::Paused
                | CardState::Expired
                | CardState::Revoked,
            )
            | (
                Self::Activate,
                CardState::Reserved
                | CardState::Active
                | CardState::Paused
                | CardState::Expired
                | CardState::Revoked,
            )
            | (
                Self::Pause,
                CardState::Reserved | CardState::Paused | CardState::Expired | CardState::Revoked,
            )
            | (
                Self::Resume,
                CardState::Reserved
                | CardState::Issued
                | CardState::Active
                | CardState::Expired
                | CardState::Revoked,
            )
            | (Self::Revoke, CardState::Expired | CardState::Revoked) => None,
        }
    }

    pub(super) const fn event(self) -> EventKind {
        match self {
            Self::Issue => EventKind::Issue,
            Self::Activate => EventKind::Activate,
            Self::Pause => EventKind::Pause,
            Self::Resume => EventKind::Resume,
            Self::Revoke => EventKind::Revoke,
        }
    }
}

/// What a card of this type is once it is given out.
pub(super) const fn issued(kind: CardType) -> CardState {
    match kind {
        CardType::Mobile => CardState::Issued,
        CardType::Rf | CardType::Qr => CardState::Active,
    }
}

/// Whether a card in this state keeps its number to itself.
pub(crate) const fn is_live(state: CardState) -> bool {
    match state {
        CardState::Reserved | CardState::Issued | CardState::Active | CardState::Paused => true,
        CardState::Expired | CardState::Revoked => false,
    }
}

/// Whether a card in this state is the one its holder has.
pub(super) const fn is_held(state: CardState) -> bool {
    match state {
        CardState::Issued | CardState::Active | CardState::Paused => true,
        CardState::Reserved | CardState::Expired | CardState::Revoked => false,
    }
}

/// The state of a card at a moment: it is over when its time is.
pub fn standing(card: &Card, now: Timestamp) -> CardState {
    let state = card.stored_state();
    if is_live(state) && card.ends_at.is_some_and(|end| end <= now) {
        CardState::Expired
    } else {
        state
    }
}
