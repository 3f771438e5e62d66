//! Cards as a person looks through them: by where they stand, newest first, or found by a number or a name.

use db::{Direction, FromRow, Row, Select, Tx, params, sql};
use kernel::{AccountId, CardId, CardNumber, CardRadix, CardState, UserId, UserStatus, full_name};

use super::{Card, CardRefusal};
use crate::{
    Action, Ctx,
    users::{self, ListUsers, MOST_FOUND},
};

/// Tabs count no further than so many cards of each state.
pub const MOST_COUNTED: i64 = 10_000;

/// A card with its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardLine {
    /// The card.
    pub card: Card,
    /// The holder's name.
    pub holder: String,
    /// The holder's status.
    pub status: UserStatus,
}

impl FromRow for CardLine {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let (first, last): (String, String) = (row.get(9)?, row.get(10)?);
        Ok(Self {
            card: Card::from_row(row)?,
            holder: full_name(&first, &last),
            status: row.get(11)?,
        })
    }
}

/// Which cards to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CardFilter {
    /// Only those that stand here now.
    pub state: Option<CardState>,
}

/// One page of cards, newest first.
#[derive(Clone, Debug)]
pub struct CardPage {
    /// The cards.
    pub cards: Vec<CardLine>,
    /// Whether there are older ones.
    pub has_next: bool,
}

/// The cards of the people the actor sees, newest first.
fn seen(ctx: &Ctx, limit: i64) -> Select {
    let all = Select::new(sql!("cards/list"), params![ctx.account], &["c.id"], limit)
        .direction(Direction::Descending);
    users::narrow(all, ctx, "c.user_id")
}

impl CardFilter {
    fn select(self, ctx: &Ctx, limit: i64) -> Select {
        let now = ctx.now();
        let select = seen(ctx, limit);
        match self.state {
            None => select,
            Some(CardState::Expired) => select.and(
                "c.state = 'expired' or (c.state <> 'revoked' and c.ends_at <= $1)",
                params![now],
            ),
            Some(CardState::Revoked) => select.and("c.state = 'revoked'", params![]),
            Some(
                state @ (CardState::Reserved
                | CardState::Issued
                | CardState::Active
                | CardState::Paused),
            ) => select.and(
                "c.state = $1 and (c.ends_at is null or c.ends_at > $2)",
                params![state, now],
            ),
        }
    }
}

/// One page of cards, after the given one.
pub fn page(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    filter: CardFilter,
    after: Option<CardId>,
    limit: usize,
) -> Result<CardPage, CardRefusal> {
    ctx.require(Action::ManageCards)?;
    // One more than asked for tells whether there is a page beyond.
    let mut select = filter.select(ctx, limit as i64 + 1);
    if let Some(after) = after {
        select = select.after(params![after]);
    }
    let mut cards: Vec<CardLine> = tx.select(&select)?;
    let has_next = cards.len() > limit;
    cards.truncate(limit);
    Ok(CardPage { cards, has_next })
}

/// How many cards stand where, each counted up to [`MOST_COUNTED`].
pub fn counts(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<Vec<(CardState, i64)>> {
    CardState::ALL
        .iter()
        .map(|state| {
            let filter = CardFilter {
                state: Some(*state),
            };
            let select = filter.select(ctx, MOST_COUNTED);
            Ok((*state, tx.count(&select, MOST_COUNTED)?))
        })
        .collect()
}

/// Cards with this number, read as decimal and as hexadecimal, and those of people whose name,
/// address, phone number or id begins so; at most some hundred.
pub fn search(tx: &mut Tx<'_>, ctx: &Ctx, text: &str) -> db::Result<Vec<CardLine>> {
    let base = || seen(ctx, MOST_FOUND as i64);
    let mut found: Vec<CardLine> = Vec::new();
    for radix in [CardRadix::Decimal, CardRadix::Hex] {
        if let Ok(number) = CardNumber::parse(text, radix) {
            found.extend(tx.select(&base().and("c.number = $1", params![number.hex()]))?);
        }
    }
    let people = match users::search(tx, ctx, text, &users::UserFilter::default()) {
        Ok(people) => people,
        // Who may not see people finds cards by their numbers only.
        Err(ListUsers::Forbidden(_)) => Vec::new(),
        Err(ListUsers::Db(error)) => return Err(error),
    };
    users::stage_ids(tx, people.iter().map(|record| record.user.id))?;
    let theirs = base().within("c.user_id", &users::staged());
    found.extend(tx.select(&theirs)?);
    let mut seen = std::collections::HashSet::new();
    found.retain(|line| seen.insert(line.card.id));
    Ok(found)
}

/// The card with this id, if the actor sees its holder.
pub fn see(tx: &mut Tx<'_>, ctx: &Ctx, id: CardId) -> Result<Option<CardLine>, CardRefusal> {
    ctx.require(Action::ManageCards)?;
    let select = seen(ctx, 1).and("c.id = $1", params![id]);
    Ok(tx.select(&select)?.pop())
}

/// The card with this id, if the account has it.
pub(super) fn find(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: CardId,
) -> db::Result<Option<CardLine>> {
    let select = Select::new(sql!("cards/list"), params![account], &["c.id"], 1)
        .and("c.id = $1", params![id]);
    Ok(tx.select(&select)?.pop())
}

/// Somebody's cards, newest first.
pub fn of_user(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<Vec<CardLine>> {
    let select = Select::new(sql!("cards/list"), params![account], &["c.id"], 50)
        .direction(Direction::Descending)
        .and("c.user_id = $1", params![user]);
    tx.select(&select)
}

/// The cards with these ids whose holders the actor sees, newest first.
pub fn find_many(tx: &mut Tx<'_>, ctx: &Ctx, ids: &[CardId]) -> db::Result<Vec<CardLine>> {
    users::stage_ids(tx, ids.iter().copied())?;
    tx.select(&seen(ctx, 1000).within("c.id", &users::staged()))
}
