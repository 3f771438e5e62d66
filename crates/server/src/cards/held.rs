//! Somebody's cards, on their page: numbers masked.

use db::Tx;
use directory::{
    accounts,
    cards::{self, CardSettings, standing},
};
use kernel::{AccountId, CardId, Timestamp, UserId};

use super::{badge, kind_name, valid};
use crate::{badge::Badge, format::zone};

/// A line of somebody's cards.
pub(crate) struct HeldCard {
    pub(crate) id: CardId,
    pub(crate) number: String,
    pub(crate) kind: &'static str,
    pub(crate) badge: Badge,
    pub(crate) valid: String,
}

/// Somebody's cards, newest first.
pub(crate) fn held(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    now: Timestamp,
) -> db::Result<Vec<HeldCard>> {
    let zone = zone(&accounts::get(tx, account)?.time_zone);
    let settings = CardSettings::load(tx, account)?;
    let cards = cards::of_user(tx, account, user)?;
    Ok(cards
        .into_iter()
        .map(|line| {
            let state = standing(&line.card, now);
            HeldCard {
                id: line.card.id,
                number: line.card.masked(settings.radix),
                kind: kind_name(line.card.kind()),
                badge: badge(state),
                valid: valid(&line.card, &zone),
            }
        })
        .collect())
}
