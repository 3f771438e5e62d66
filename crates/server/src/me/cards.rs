//! One's own cards: enough of the number to tell them apart, the state in words, and a code to show at a reader.

use directory::cards::{Card, standing};
use jiff::tz::TimeZone;
use kernel::{CardId, CardState, Timestamp};

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
    pub(crate) fn new(card: &Card, zone: &TimeZone, now: Timestamp) -> Self {
        let state = standing(card, now);
        let works = matches!(state, CardState::Issued | CardState::Active);
        Self {
            id: card.id,
            number: masked(&card.number),
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
            code: Some(&card.number)
                .filter(|_| works && card.card_type == "qr")
                .and_then(|number| qr::code(number)),
        }
    }
}

/// The last four signs of a number; of a short one, fewer.
fn masked(number: &str) -> String {
    let length = number.chars().count();
    let shown = length.min(4).min(length / 2);
    let last: String = number.chars().skip(length - shown).collect();
    format!("•••• {last}")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_number_shows_its_last_four_signs_and_never_all_of_it() {
        assert_eq!(masked("1A2B3C4D"), "•••• 3C4D");
        assert_eq!(masked("A1B2"), "•••• B2");
        assert_eq!(masked("7"), "•••• ");
    }
}
