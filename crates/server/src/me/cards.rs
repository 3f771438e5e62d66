//! One's own cards: enough of the number to tell them apart, the state in words, and a code to show at a reader.

use directory::cards::{Card, standing};
use jiff::tz::TimeZone;
use kernel::{CardId, CardRadix, CardState, Timestamp};

use crate::{devices::window, qr};

/// A card as its holder sees it.
pub(crate) struct MyCard {
    pub(crate) id: CardId,
    pub(crate) number: String,
    pub(crate) kind: &'static str,
    pub(crate) state: &'static str,
    pub(crate) valid: String,
    /// It works once its holder activates it.
    pub(crate) is_waiting: bool,
    /// An SVG, for a card that is shown on a screen and works.
    pub(crate) code: Option<String>,
}

impl MyCard {
    pub(crate) fn new(card: &Card, radix: CardRadix, zone: &TimeZone, now: Timestamp) -> Self {
        let state = standing(card, now);
        let works = matches!(state, CardState::Issued | CardState::Active);
        Self {
            id: card.id,
            number: card.masked(radix),
            kind: match card.card_type.as_str() {
                "mobile" => "In the app",
                "qr" => "QR code",
                _ => "Card",
            },
            state: match state {
                CardState::Reserved => "Reserved for you, not issued yet",
                CardState::Issued => "Issued, not used yet",
                CardState::Active => "Works",
                CardState::Paused => "Paused: ask an administrator",
                CardState::Expired => "Expired",
                CardState::Revoked => "Revoked: does not work any more",
            },
            valid: window(card.starts_at, card.ends_at, zone),
            is_waiting: state == CardState::Issued,
            code: Some(card.written(radix))
                .filter(|_| works && card.card_type == "qr")
                .and_then(|number| qr::code(&number)),
        }
    }
}
