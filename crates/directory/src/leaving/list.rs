//! Who was deleted and can be taken back.

use db::{Direction, Select, Tx, from_row, params, sql};
use kernel::{Timestamp, UserId, fold, full_name};

use super::LeaveError;
use crate::{Action, Ctx, users::Draft};

/// People on a page.
pub const PAGE: i64 = 50;
/// No more are offered to whoever enters the same person anew.
const MOST_SAME: i64 = 10;
/// Counted up to here.
const COUNTED: i64 = 10_000;

/// Somebody who was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The person.
    pub id: UserId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The e-mail address they had.
    pub email: Option<String>,
    /// The phone number they had.
    pub phone: Option<String>,
    /// The user ID they had.
    pub external_id: Option<String>,
    /// The status they had.
    pub was_status: String,
    /// When they were deleted.
    pub deleted_at: Timestamp,
    /// Who deleted them.
    pub deleted_by: String,
    /// Whether they are about to be erased, and cannot be taken back any more.
    pub is_going: bool,
}

from_row!(Deleted {
    id: user_id,
    first_name,
    last_name,
    email,
    phone,
    external_id,
    was_status,
    deleted_at,
    deleted_by: deleted_by_name,
    is_going: erase_now,
});

impl Deleted {
    /// Both names.
    pub fn full_name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }
}

/// A page of those who were deleted.
#[derive(Clone, Debug)]
pub struct DeletedPage {
    /// The people, last deleted first.
    pub people: Vec<Deleted>,
    /// How many there are in all, counted up to 10,000.
    pub total: i64,
    /// Whether there are people after them.
    pub has_next: bool,
}

/// Those whose name, e-mail address, phone number or user ID begins with a text; all, if it is blank.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    text: &str,
    after: Option<UserId>,
) -> Result<DeletedPage, LeaveError> {
    ctx.require_for_all(Action::DeleteUsers)?;
    let all = narrowed(ctx, text);
    let total = tx.count(&all, COUNTED)?;
    let mut select = all;
    let anchor = match after {
        Some(id) => find(tx, ctx, id)?,
        None => None,
    };
    if let Some(anchor) = anchor {
        select = select.after(params![anchor.deleted_at, anchor.id]);
    }
    let mut people: Vec<Deleted> = tx.select(&select)?;
    let has_next = people.len() as i64 > PAGE;
    people.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    Ok(DeletedPage {
        people,
        total,
        has_next,
    })
}

fn narrowed(ctx: &Ctx, text: &str) -> Select {
    let select = base(ctx, PAGE + 1).direction(Direction::Descending);
    let text = text.trim();
    if text.is_empty() {
        return select;
    }
    let name = fold(text).into_owned();
    let key = text.to_lowercase();
    let phone: String = text
        .chars()
        .filter(|letter| letter.is_ascii_digit() || *letter == '+')
        .collect();
    let phone = if phone.len() < 3 { key.clone() } else { phone };
    let end = |text: &str| format!("{text}\u{10ffff}");
    select.and(
        "u.name_key >= $1 and u.name_key < $2 or u.last_name_key >= $1 and u.last_name_key < $2 \
         or d.email_key >= $3 and d.email_key < $4 or d.external_id_key >= $3 and d.external_id_key < $4 \
         or d.phone >= $5 and d.phone < $6",
        params![name, end(&name), key, end(&key), phone, end(&phone)],
    )
}

fn base(ctx: &Ctx, limit: i64) -> Select {
    Select::new(
        sql!("leaving/list"),
        params![ctx.account],
        &["d.deleted_at", "d.user_id"],
        limit,
    )
}

/// One of them.
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<Option<Deleted>, LeaveError> {
    ctx.require_for_all(Action::DeleteUsers)?;
    let select = base(ctx, 1).and("d.user_id = $1", params![id]);
    Ok(tx.select(&select)?.into_iter().next())
}

/// Those who had the e-mail address, phone number or user ID of somebody who is entered anew, and may
/// be the same (S1.35, S2.41); nobody for an actor who takes nobody back.
pub fn same_person(tx: &mut Tx<'_>, ctx: &Ctx, draft: &Draft) -> db::Result<Vec<Deleted>> {
    if !ctx.actor.may_for_all(Action::DeleteUsers) {
        return Ok(Vec::new());
    }
    let [email, phone, external_id] = draft.keys();
    let select = base(ctx, MOST_SAME).and("not d.erase_now", params![]).and(
        "d.email_key = $1 or d.phone = $2 or d.external_id_key = $3",
        params![email, phone, external_id],
    );
    tx.select(&select)
}
