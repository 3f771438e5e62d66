//! Why something was not done with a card.

use kernel::CardState;

use super::Step;
use crate::{Forbidden, lock::Locked};

/// Why something was not done with a card.
#[derive(Debug, thiserror::Error)]
pub enum CardRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// An import of the account has to end first.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// There is no such card, or none that the actor may know of.
    #[error("there is no such card")]
    Unknown,
    /// There is no such person.
    #[error("there is no such person")]
    NobodyThere,
    /// This cannot be done in the card's state.
    #[error("a card that is {state} cannot be {}", done(*.step))]
    State {
        /// What was to be done.
        step: Step,
        /// Where the card stands.
        state: CardState,
    },
    /// Only a card that is reserved, issued or active is moved or replaced.
    #[error("a card that is {0} cannot be moved or replaced")]
    Fixed(CardState),
    /// The person has a card already.
    #[error("this person has a card already; a person has one")]
    HasCard,
    /// The person has a card that is reserved for them.
    #[error("a card is reserved for this person; issue or revoke that one")]
    HasReserved,
    /// Somebody has a live card with the number.
    #[error("another live card has this number")]
    NumberTaken,
    /// A card that is not made by us has a number printed on it.
    #[error("an rf card needs the number that is written on it")]
    NumberNeeded,
    /// The person is deactivated or deleted.
    #[error("this person is not active")]
    NotActive,
    /// The validity is over, or ends before it begins.
    #[error("the card would end before it begins, or is over already")]
    Dates,
    /// More cards than one request changes.
    #[error("that is more than {0} cards at once")]
    TooMany(usize),
    /// The number of days is out of bounds.
    #[error("cards are valid for 1 to {0} days, or without an end")]
    Days(i64),
    /// The result could not be written.
    #[error("the result cannot be written")]
    Output(#[from] std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

const fn done(step: Step) -> &'static str {
    match step {
        Step::Issue => "issued",
        Step::Activate => "activated",
        Step::Pause => "paused",
        Step::Resume => "resumed",
        Step::Revoke => "revoked",
    }
}

impl CardRefusal {
    /// The stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::Locked(locked) => locked.code(),
            Self::Unknown => "card_unknown",
            Self::NobodyThere => "user_unknown",
            Self::State { .. } | Self::Fixed(_) => "card_state",
            Self::HasCard => "card_held",
            Self::HasReserved => "card_reserved",
            Self::NumberTaken => "card_id_in_use",
            Self::NumberNeeded => "card_id_missing",
            Self::NotActive => "user_not_active",
            Self::Dates => "card_dates",
            Self::TooMany(_) => "too_many",
            Self::Days(_) => "card_days",
            Self::Output(_) | Self::Db(_) => "internal",
        }
    }
}
