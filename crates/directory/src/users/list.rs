//! The list of people as a person looks through it: filtered, searched, one page after the other.
//!
//! Pages follow an index from a person already shown; no page depends on how many come before it.

use std::collections::HashMap;

use db::{Direction, Select, Tx, params, sql};
use kernel::{AccountId, GroupId, ImportId, Role, UserId, UserStatus, fold};

use super::{UserRecord, record::records_of_staged, stage_ids};

/// A search looks no further than so many people.
pub const MOST_FOUND: usize = 100;

/// Which people to list; an empty filter lists everybody who is not deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Only with this status.
    pub status: Option<UserStatus>,
    /// Only with this role.
    pub role: Option<Role>,
    /// Only members of this group or team.
    pub group: Option<GroupId>,
    /// Only those whom this import created or last changed.
    pub import: Option<ImportId>,
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

/// One page of a list, in its order.
#[derive(Clone, Debug)]
pub struct UserPage {
    /// The people.
    pub people: Vec<UserRecord>,
    /// Whether there are people before them.
    pub has_previous: bool,
    /// Whether there are people after them.
    pub has_next: bool,
}

/// How a list is sorted: by the index that finds its people.
#[derive(Clone, Copy, Debug)]
enum Order {
    Name,
    Id,
}

impl UserFilter {
    fn order(&self) -> Order {
        if self.group.is_some() || self.import.is_some() {
            Order::Id
        } else {
            Order::Name
        }
    }

    fn select(&self, account: AccountId, limit: i64) -> Select {
        let select = match (self.group, self.order()) {
            (Some(group), _) => Select::new(
                sql!("users/list_of_group"),
                params![account, group],
                &["m.user_id"],
                limit,
            ),
            (None, Order::Id) => {
                Select::new(sql!("users/list"), params![account], &["u.id"], limit)
            }
            (None, Order::Name) => Select::new(
                sql!("users/list"),
                params![account],
                &["u.name_key", "u.id"],
                limit,
            ),
        };
        self.narrow(match self.import {
            Some(import) => select.and("u.import_id = $1", params![import]),
            None => select,
        })
    }

    fn narrow(&self, select: Select) -> Select {
        let select = match self.status {
            Some(status) => select.and("u.status = $1", params![status.as_str()]),
            None => select.and("u.status <> 'deleted'", params![]),
        };
        match self.role {
            Some(role) => select.and("u.role = $1", params![role.as_str()]),
            None => select,
        }
    }
}

/// One page of the people a filter lets through.
pub fn list(
    tx: &mut Tx<'_>,
    account: AccountId,
    filter: &UserFilter,
    at: PageAt,
    limit: usize,
) -> db::Result<UserPage> {
    // One more than asked for tells whether there is a page beyond.
    let mut select = filter.select(account, limit as i64 + 1);
    let (anchor, backwards) = match at {
        PageAt::Start => (None, false),
        PageAt::After(id) => (Some(id), false),
        PageAt::Before(id) => (Some(id), true),
    };
    if backwards {
        select = select.direction(Direction::Descending);
    }
    let mut from_start = true;
    if let Some(id) = anchor {
        let name: Option<(String,)> =
            tx.fetch_optional(sql!("users/name_key"), params![account, id])?;
        match (filter.order(), name) {
            (Order::Id, _) => select = select.after(params![id]),
            (Order::Name, Some((name_key,))) => select = select.after(params![name_key, id]),
            // The person is gone meanwhile: begin again.
            (Order::Name, None) => return list(tx, account, filter, PageAt::Start, limit),
        }
        from_start = false;
    }
    let mut ids: Vec<UserId> = tx
        .select::<(UserId,)>(&select)?
        .into_iter()
        .map(|row| row.0)
        .collect();
    let more = ids.len() > limit;
    ids.truncate(limit);
    if backwards {
        ids.reverse();
    }
    Ok(UserPage {
        people: in_order(tx, account, &ids)?,
        has_previous: if backwards { more } else { !from_start },
        has_next: backwards || more,
    })
}

/// How many people a filter lets through, counted up to `most`.
pub fn count_matching(
    tx: &mut Tx<'_>,
    account: AccountId,
    filter: &UserFilter,
    most: i64,
) -> db::Result<i64> {
    tx.count(&filter.select(account, most), most)
}

/// The people whose name, e-mail address, phone number or external id begins with a text.
///
/// At most [`MOST_FOUND`] of them, by name.
pub fn search(
    tx: &mut Tx<'_>,
    account: AccountId,
    text: &str,
    filter: &UserFilter,
) -> db::Result<Vec<UserRecord>> {
    let mut ids: Vec<UserId> = Vec::new();
    for (column, order, prefix) in probes(text) {
        let condition = format!("{column} >= $1 and {column} < $2");
        let end = format!("{prefix}\u{10FFFF}");
        let base = Select::new(
            sql!("users/list"),
            params![account],
            order,
            MOST_FOUND as i64,
        );
        let mut select = filter.narrow(base.and(&condition, params![prefix, end]));
        if let Some(import) = filter.import {
            select = select.and("u.import_id = $1", params![import]);
        }
        if let Some(group) = filter.group {
            let member = "exists (select 1 from group_members m where m.account_id = $1 \
                          and m.group_id = $2 and m.user_id = u.id)";
            select = select.and(member, params![account, group]);
        }
        ids.extend(
            tx.select::<(UserId,)>(&select)?
                .into_iter()
                .map(|row| row.0),
        );
    }
    ids.sort_unstable();
    ids.dedup();
    let mut people = in_order(tx, account, &ids)?;
    people
        .sort_by_cached_key(|record| (fold(&record.user.full_name()).into_owned(), record.user.id));
    people.truncate(MOST_FOUND);
    Ok(people)
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
