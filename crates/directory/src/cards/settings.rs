//! How an account writes card numbers, and what a new card is unless something else is said.

use std::time::Duration;

use db::{FromRow, Row, Tx, params, sql};
use kernel::{AccountId, CardRadix, CardType, Timestamp};

use super::{Card, CardRefusal};
use crate::{Action, Ctx, activity};

/// The longest default validity, in days: ten years.
pub const MOST_DAYS: i64 = 3650;

/// How an account writes card numbers, and what a new card is unless something else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardSettings {
    /// How numbers are shown, and read where they are typed.
    pub radix: CardRadix,
    /// The type of a new card.
    pub card_type: CardType,
    /// A card ends so many days after it is issued; never if there is no number.
    pub valid_days: Option<i64>,
}

impl Default for CardSettings {
    fn default() -> Self {
        Self {
            radix: CardRadix::Decimal,
            card_type: CardType::Mobile,
            valid_days: None,
        }
    }
}

impl FromRow for CardSettings {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let radix: String = row.get(0)?;
        Ok(Self {
            radix: if radix == "hex" {
                CardRadix::Hex
            } else {
                CardRadix::Decimal
            },
            card_type: row.get(1)?,
            valid_days: row.get(2)?,
        })
    }
}

/// From when until when a card is valid, where nothing is said: at once, and for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// From when.
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Option<Timestamp>,
}

impl Validity {
    /// What a card is valid for that has dates of its own: those win, one by one (S4.12).
    #[must_use]
    pub fn for_card(self, card: &Card) -> Self {
        Self {
            starts_at: card.starts_at.or(self.starts_at),
            ends_at: card.ends_at.or(self.ends_at),
        }
    }

    /// Whether it ends, after it begins and not before now.
    pub fn is_possible(self, now: Timestamp) -> bool {
        self.ends_at
            .is_none_or(|end| end > now && self.starts_at.is_none_or(|start| start <= end))
    }
}

impl CardSettings {
    /// The settings of an account.
    pub fn load(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Self> {
        Ok(tx
            .fetch_optional(sql!("card_settings/find"), params![account])?
            .unwrap_or_default())
    }

    /// What a card issued now is valid for, unless something else is said.
    pub fn validity(&self, now: Timestamp) -> Validity {
        let days = self.valid_days.and_then(|days| u64::try_from(days).ok());
        Validity {
            starts_at: None,
            ends_at: days.and_then(|days| now.checked_add(Duration::from_hours(24 * days))),
        }
    }

    /// Stores the settings.
    pub fn store(&self, tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), CardRefusal> {
        ctx.require(Action::EditSettings)?;
        if self
            .valid_days
            .is_some_and(|days| !(1..=MOST_DAYS).contains(&days))
        {
            return Err(CardRefusal::Days(MOST_DAYS));
        }
        let radix = match self.radix {
            CardRadix::Decimal => "decimal",
            CardRadix::Hex => "hex",
        };
        tx.execute(
            sql!("card_settings/store"),
            params![ctx.account, radix, self.card_type, self.valid_days],
        )?;
        let end = self.valid_days.map_or_else(
            || "without an end".to_owned(),
            |days| format!("for {days} days"),
        );
        let details = format!("{radix}, {}, {end}", self.card_type);
        activity::record(tx, ctx, "settings.cards", None, &details)?;
        Ok(())
    }
}
