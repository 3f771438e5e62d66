//! The row of a card, as it is stored and as imports write it.

use std::ops::ControlFlow;

use db::{FromRow, Row, Tx, bulk, params, sql};
use kernel::{AccountId, CardId, CardNumber, CardRadix, CardState, CardType, Timestamp, UserId};

/// A card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The account.
    pub account: AccountId,
    /// Its id.
    pub id: CardId,
    /// Who holds it.
    pub user: UserId,
    /// Its number in canonical form: upper-case hexadecimal without leading zeros.
    pub number: String,
    /// The card type, as [`kernel::CardType`] prints it.
    pub card_type: String,
    /// The state, as [`kernel::CardState`] prints it; imported cards begin as reserved.
    pub state: String,
    /// From when it is valid.
    pub starts_at: Option<Timestamp>,
    /// Until when it is valid.
    pub ends_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

bulk!(Card => "cards" {
    account: account_id,
    id,
    user: user_id,
    number,
    card_type,
    state,
    starts_at,
    ends_at,
    created_at,
});

impl FromRow for Card {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            account: row.get(0)?,
            id: row.get(1)?,
            user: row.get(2)?,
            number: row.get(3)?,
            card_type: row.get(4)?,
            state: row.get(5)?,
            starts_at: row.get(6)?,
            ends_at: row.get(7)?,
            created_at: row.get(8)?,
        })
    }
}

impl Card {
    /// What it is; the database holds nothing else than the three.
    pub fn kind(&self) -> CardType {
        CardType::parse(&self.card_type).unwrap_or(CardType::Rf)
    }

    /// Its state as stored, which may be over by now: see [`super::standing`].
    pub(super) fn stored_state(&self) -> CardState {
        CardState::parse(&self.state).unwrap_or(CardState::Revoked)
    }

    /// The number as the account writes it.
    pub fn written(&self, radix: CardRadix) -> String {
        self.number
            .parse::<CardNumber>()
            .map_or_else(|_| self.number.clone(), |number| number.display(radix))
    }

    /// The number with all but its last four digits hidden, and never less than half of it.
    pub fn masked(&self, radix: CardRadix) -> String {
        let written = self.written(radix);
        // Digits are one byte each.
        let shown = (written.len() / 2).min(4);
        let (hidden, last) = written.split_at(written.len() - shown);
        let dots = "•".repeat(hidden.len().clamp(1, 4));
        format!("{dots}{last}")
    }
}

/// Calls `each` with the number and holder of every live card of the account.
pub fn for_each_live(
    tx: &mut Tx<'_>,
    account: AccountId,
    each: &mut dyn FnMut(&str, UserId) -> db::Result<()>,
) -> db::Result<()> {
    tx.for_each::<db::Error>(sql!("cards/live"), params![account], |row| {
        each(row.get(0)?, row.get(1)?)?;
        Ok(ControlFlow::Continue(()))
    })
}

/// Removes the cards whose ids are staged.
pub fn remove_staged(tx: &mut Tx<'_>, account: AccountId) -> db::Result<u64> {
    tx.execute(sql!("cards/remove_staged"), params![account])
}
