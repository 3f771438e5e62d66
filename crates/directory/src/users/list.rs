//! The list of people as a person looks through it: filtered, searched, one page after the other.
//!
//! Pages follow an index from a person already shown; no page depends on how many come before it.

use std::collections::HashMap;

use db::{Direction, Select, Tx, params, sql};
use kernel::{AccountId, Timestamp, UserId, UserStatus, fold};
use serde::{Deserialize, Serialize};

use super::{
    UserRecord,
    filter::{Condition, UserFilter},
    find, merge,
    record::records_of_staged,
    sees, stage_ids,
};
use crate::{Action, Ctx, Forbidden, Sees};

/// A search looks no further than so many people.
pub const MOST_FOUND: usize = 100;
/// People whom one condition leaves are sorted when they are so few; otherwise the index of the
/// order is followed, where at least one of so many fits.
const FEW: usize = 5_000;
/// A list of everybody is counted up to here, a filtered one less far: it is not only an index that is read.
const COUNTED: i64 = 10_000;
const COUNTED_FILTERED: i64 = 1_000;

/// Why people could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListUsers {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageAt {
    /// The first.
    Start,
    /// The people after this one.
    After(UserId),
    /// The people before this one.
    Before(UserId),
}

/// What a list is sorted by; each has an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The full name.
    #[default]
    Name,
    /// The full name, backwards.
    NameDown,
    /// The last name.
    LastName,
    /// The last name, backwards.
    LastNameDown,
    /// When they were added, the newest first.
    Newest,
    /// The oldest first.
    Oldest,
}

impl Sort {
    /// Every order.
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::NameDown,
        Self::LastName,
        Self::LastNameDown,
        Self::Newest,
        Self::Oldest,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NameDown => "name_down",
            Self::LastName => "last_name",
            Self::LastNameDown => "last_name_down",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
        }
    }

    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Name | Self::NameDown => &["u.name_key", "u.id"],
            Self::LastName | Self::LastNameDown => &["u.last_name_key", "u.id"],
            Self::Newest | Self::Oldest => &["u.id"],
        }
    }

    const fn is_down(self) -> bool {
        matches!(self, Self::NameDown | Self::LastNameDown | Self::Newest)
    }
}

/// One page of a list, in its order.
#[derive(Clone, Debug)]
pub struct UserPage {
    /// The people.
    pub people: Vec<UserRecord>,
    /// Whether there are people before them.
    pub has_previous: bool,
    /// Whether there are people after them.
    pub has_next: bool,
    /// How many there are in all, or so many that they were not counted further.
    pub total: i64,
    /// Whether there are more than `total`.
    pub has_more_than_total: bool,
}

/// A filter that is about to be used: its conditions, and the people of the narrowest if they are few.
pub(crate) struct Scan {
    account: AccountId,
    conditions: Vec<Condition>,
    few: Option<Vec<UserId>>,
    is_everybody: bool,
}

impl Scan {
    /// Looks which condition leaves the fewest people; whoever sees only some people has one more.
    pub(crate) fn new(tx: &mut Tx<'_>, ctx: &Ctx, filter: &UserFilter) -> db::Result<Self> {
        let conditions = filter.conditions(ctx.account, ctx.now(), ctx.sees());
        let mut few: Option<Vec<UserId>> = None;
        for condition in &conditions {
            let most = few.as_ref().map_or(FEW, Vec::len);
            if let Some(found) = condition.few(tx, most)? {
                few = Some(found);
            }
        }
        Ok(Self {
            account: ctx.account,
            conditions,
            few,
            is_everybody: ctx.sees() == Sees::Everybody && *filter == UserFilter::default(),
        })
    }

    /// The list; the few are staged for it, and nothing else may be until it was read.
    fn select(
        &self,
        tx: &mut Tx<'_>,
        order: &'static [&'static str],
        limit: i64,
    ) -> db::Result<Select> {
        let base = if let Some(few) = &self.few {
            stage_ids(tx, few.iter().copied())?;
            sql!("users/list_of_staged")
        } else {
            sql!("users/list")
        };
        let select = Select::new(base, params![self.account], order, limit);
        Ok(self.narrow(select))
    }

    fn narrow(&self, select: Select) -> Select {
        self.conditions
            .iter()
            .fold(select, |select, condition| condition.narrow(select))
    }

    /// The next ids in their order.
    pub(crate) fn ids(
        &self,
        tx: &mut Tx<'_>,
        after: Option<UserId>,
        limit: i64,
    ) -> db::Result<Vec<UserId>> {
        let mut select = self.select(tx, &["u.id"], limit)?;
        if let Some(after) = after {
            select = select.after(params![after]);
        }
        Ok(tx
            .select::<(UserId,)>(&select)?
            .into_iter()
            .map(|row| row.0)
            .collect())
    }

    /// The same from the greatest id down.
    pub(crate) fn ids_down(
        &self,
        tx: &mut Tx<'_>,
        before: Option<UserId>,
        limit: i64,
    ) -> db::Result<Vec<UserId>> {
        let select = self.select(tx, &["u.id"], limit)?;
        let mut select = select.direction(Direction::Descending);
        if let Some(before) = before {
            select = select.after(params![before]);
        }
        let found = tx.select::<(UserId,)>(&select)?;
        Ok(found.into_iter().map(|row| row.0).collect())
    }

    /// How many there are, however many.
    pub(crate) fn total(&self, tx: &mut Tx<'_>) -> db::Result<i64> {
        let select = self.select(tx, &["u.id"], 0)?;
        tx.count(&select, i64::MAX)
    }

    /// How many there are, and whether there are more.
    fn count(&self, tx: &mut Tx<'_>) -> db::Result<(i64, bool)> {
        let most = if self.few.is_some() {
            FEW as i64
        } else if self.is_everybody {
            COUNTED
        } else {
            COUNTED_FILTERED
        };
        let select = self.select(tx, &["u.id"], most)?;
        let count = tx.count(&select, most + 1)?;
        Ok((count.min(most), count > most))
    }
}

/// One page of the people a filter lets through, and how many there are.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    filter: &UserFilter,
    sort: Sort,
    at: PageAt,
    limit: usize,
) -> Result<UserPage, ListUsers> {
    ctx.require(Action::ViewUsers)?;
    let scan = Scan::new(tx, ctx, filter)?;
    let (anchor, backwards) = match at {
        PageAt::Start => (None, false),
        PageAt::After(id) => (Some(id), false),
        PageAt::Before(id) => (Some(id), true),
    };
    let keys: Option<(String, String)> = match anchor {
        Some(id) => tx.fetch_optional(sql!("users/sort_keys"), params![ctx.account, id])?,
        None => None,
    };
    let (total, has_more_than_total) = scan.count(tx)?;
    // One more than asked for tells whether there is a page beyond.
    let mut select = scan.select(tx, sort.keys(), limit as i64 + 1)?;
    if backwards != sort.is_down() {
        select = select.direction(Direction::Descending);
    }
    let mut from_start = true;
    // Whoever the page was to begin at may be gone meanwhile: begin again.
    if let (Some(id), Some((name, last_name))) = (anchor, keys) {
        select = match sort {
            Sort::Name | Sort::NameDown => select.after(params![name, id]),
            Sort::LastName | Sort::LastNameDown => select.after(params![last_name, id]),
            Sort::Newest | Sort::Oldest => select.after(params![id]),
        };
        from_start = false;
    } else if backwards {
        return list(tx, ctx, filter, sort, PageAt::Start, limit);
    }
    let found = tx.select::<(UserId,)>(&select)?;
    let mut ids: Vec<UserId> = found.into_iter().map(|row| row.0).collect();
    let more = ids.len() > limit;
    ids.truncate(limit);
    if backwards {
        ids.reverse();
    }
    Ok(UserPage {
        people: in_order(tx, ctx.account, &ids)?,
        has_previous: if backwards { more } else { !from_start },
        has_next: backwards || more,
        total,
        has_more_than_total,
    })
}

/// The people whose name, e-mail address, phone number or external id begins with a text.
///
/// At most [`MOST_FOUND`] of them, by name.
pub fn search(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    text: &str,
    filter: &UserFilter,
) -> Result<Vec<UserRecord>, ListUsers> {
    ctx.require(Action::ViewUsers)?;
    let scan = Scan::new(tx, ctx, filter)?;
    let mut ids: Vec<UserId> = Vec::new();
    for (column, order, prefix) in probes(text) {
        let condition = format!("{column} >= $1 and {column} < $2");
        let end = format!("{prefix}\u{10FFFF}");
        let base = Select::new(
            sql!("users/list"),
            params![ctx.account],
            order,
            MOST_FOUND as i64,
        );
        let select = scan.narrow(base.and(&condition, params![prefix, end]));
        let found = tx.select::<(UserId,)>(&select)?;
        ids.extend(found.into_iter().map(|row| row.0));
    }
    ids.sort_unstable();
    ids.dedup();
    let mut people = in_order(tx, ctx.account, &ids)?;
    people
        .sort_by_cached_key(|record| (fold(&record.user.full_name()).into_owned(), record.user.id));
    people.truncate(MOST_FOUND);
    Ok(people)
}

/// Whether the actor may see a person, if they may see people at all.
pub fn is_visible(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<bool, ListUsers> {
    ctx.require(Action::ViewUsers)?;
    Ok(sees(tx, ctx, id)?)
}

/// A person the actor may see; somebody else is not there, and neither is who was deleted, unless
/// they were made one with somebody: their page says with whom.
pub fn see(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<UserRecord, ListUsers> {
    let found = if is_visible(tx, ctx, id)? {
        find(tx, ctx.account, id)?
    } else {
        None
    };
    let found = found.ok_or(ListUsers::Db(db::Error::NotFound))?;
    let is_deleted = found.user.status == UserStatus::Deleted.as_str();
    if is_deleted && merge::merged_into(tx, ctx.account, id)?.is_none() {
        return Err(ListUsers::Db(db::Error::NotFound));
    }
    Ok(found)
}

/// When the people of a page signed in last; those who never did are left out.
pub fn last_sign_ins(
    tx: &mut Tx<'_>,
    account: AccountId,
    ids: impl IntoIterator<Item = UserId>,
) -> db::Result<HashMap<UserId, Timestamp>> {
    stage_ids(tx, ids)?;
    let found: Vec<(UserId, Timestamp)> =
        tx.fetch(sql!("users/sign_ins_of_staged"), params![account])?;
    Ok(found.into_iter().collect())
}

type Probe = (&'static str, &'static [&'static str], String);

/// The columns a text may be the beginning of, each with an index of its own.
pub(crate) fn probes(text: &str) -> Vec<Probe> {
    let text = text.trim();
    let mut probes: Vec<Probe> = Vec::new();
    let name = fold(text).replace(',', " ");
    let words: Vec<_> = name.split_whitespace().collect();
    let Some((first, rest)) = words.split_first() else {
        return probes;
    };
    probes.push(("u.name_key", &["u.name_key", "u.id"], words.join(" ")));
    probes.push((
        "u.last_name_key",
        &["u.last_name_key", "u.id"],
        words.join(" "),
    ));
    if !rest.is_empty() {
        // "Nkosi, Thandi" is the same person as "Thandi Nkosi".
        let turned = format!("{} {first}", rest.join(" "));
        probes.push(("u.name_key", &["u.name_key", "u.id"], turned));
    }
    if !text.contains(char::is_whitespace) {
        probes.push(("u.email_key", &["u.email_key", "u.id"], text.to_lowercase()));
        let id = text.to_ascii_lowercase();
        probes.push(("u.external_id_key", &["u.external_id_key", "u.id"], id));
    }
    if let Some(digits) = phone_prefix(text) {
        probes.push(("u.phone", &["u.phone", "u.id"], digits));
    }
    probes
}

/// The beginning of an international number, if that is what the text looks like.
fn phone_prefix(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let looks_right = digits.len() >= 3
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-().".contains(c));
    let international = digits.strip_prefix("00").unwrap_or(&digits);
    looks_right.then(|| format!("+{international}"))
}

/// The records of these people in the order of the ids.
fn in_order(tx: &mut Tx<'_>, account: AccountId, ids: &[UserId]) -> db::Result<Vec<UserRecord>> {
    stage_ids(tx, ids.iter().copied())?;
    let mut found: HashMap<UserId, UserRecord> = records_of_staged(tx, account)?
        .into_iter()
        .map(|record| (record.user.id, record))
        .collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Vec<(&'static str, String)> {
        probes(text)
            .into_iter()
            .map(|(column, _, prefix)| (column, prefix))
            .collect()
    }

    #[test]
    fn one_word_is_looked_for_everywhere() {
        assert_eq!(
            columns(" Nk "),
            [
                ("u.name_key", "nk".to_owned()),
                ("u.last_name_key", "nk".to_owned()),
                ("u.email_key", "nk".to_owned()),
                ("u.external_id_key", "nk".to_owned()),
            ]
        );
        assert!(probes("  ").is_empty());
    }

    #[test]
    fn names_may_be_turned_round() {
        let found = columns("Nkosi, Thandi");
        assert!(found.contains(&("u.name_key", "thandi nkosi".to_owned())));
        assert!(found.contains(&("u.name_key", "nkosi thandi".to_owned())));
    }

    #[test]
    fn numbers_are_also_phones() {
        assert_eq!(phone_prefix("+27 82-1"), Some("+27821".to_owned()));
        assert_eq!(phone_prefix("0027 82"), Some("+2782".to_owned()));
        assert_eq!(phone_prefix("E-1004"), None);
        assert_eq!(phone_prefix("12"), None);
    }
}
