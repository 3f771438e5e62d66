//! Whose photo a file is, by its name: for many files at once, with two statements.

use std::collections::{BTreeSet, HashMap};

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, Email, ExternalId, PhotoBatchId, UserId};

use super::batch::Recognise;
use crate::users::{self, KeyKind, StagedKey};

/// Somebody a file name may mean.
#[derive(Clone, Debug)]
pub(super) struct Found {
    id: UserId,
    /// Whether they have a photo.
    pub(super) has_photo: bool,
    /// The batch it came with.
    pub(super) batch: Option<PhotoBatchId>,
}

from_row!(Found {
    id,
    has_photo,
    batch: batch_id
});

/// Whom a file name means.
#[derive(Clone, Debug)]
pub(super) enum Meant {
    Nobody,
    Several,
    One(UserId, Found),
}

/// The name of a file without its folders and ending.
pub(super) fn stem(name: &str) -> &str {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    base.rsplit_once('.').map_or(base, |(stem, _)| stem).trim()
}

/// Whom each of the names means, in their order.
pub(super) fn people(
    tx: &mut Tx<'_>,
    account: AccountId,
    recognise: &[Recognise],
    names: &[&str],
) -> db::Result<Vec<Meant>> {
    let mut keys = Vec::new();
    let mut meant: Vec<BTreeSet<UserId>> = vec![BTreeSet::new(); names.len()];
    for (row, (name, found)) in names.iter().zip(&mut meant).enumerate() {
        let stem = stem(name);
        let mut add = |kind, key: String| {
            let row = row as i64;
            keys.push(StagedKey { kind, key, row });
        };
        for by in recognise {
            match by {
                Recognise::ExternalId => {
                    if let Ok(id) = ExternalId::parse(stem) {
                        add(KeyKind::ExternalId, id.key().into_owned());
                    }
                }
                Recognise::Email => {
                    if let Ok(email) = Email::parse(stem) {
                        add(KeyKind::Email, email.key().into_owned());
                    }
                }
                Recognise::Id => found.extend(stem.parse::<UserId>()),
            }
        }
    }
    users::match_staged(tx, account, &keys, &mut |row, _, user| {
        if let Some(found) = usize::try_from(row).ok().and_then(|row| meant.get_mut(row)) {
            found.insert(user);
        }
        Ok(())
    })?;
    let all: BTreeSet<UserId> = meant.iter().flatten().copied().collect();
    users::stage_ids(tx, all)?;
    let there = staged(tx, account)?;
    let decided = meant.into_iter().map(|ids| {
        let mut found = ids.iter().filter_map(|id| there.get(id));
        match (found.next(), found.next()) {
            (None, _) => Meant::Nobody,
            (Some(one), None) => Meant::One(one.id, one.clone()),
            (Some(_), Some(_)) => Meant::Several,
        }
    });
    Ok(decided.collect())
}

fn staged(tx: &mut Tx<'_>, account: AccountId) -> db::Result<HashMap<UserId, Found>> {
    let there: Vec<Found> = tx.fetch(sql!("photos/people_of_staged"), params![account])?;
    Ok(there.into_iter().map(|found| (found.id, found)).collect())
}

/// Those of these people who are there, as they stay until the transaction ends: nobody else sets their photo meanwhile.
pub(super) fn locked(
    tx: &mut Tx<'_>,
    account: AccountId,
    people: impl IntoIterator<Item = UserId>,
) -> db::Result<HashMap<UserId, Found>> {
    users::stage_ids(tx, people)?;
    users::lock_staged(tx, account)?;
    staged(tx, account)
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_name_is_what_is_left_without_folders_and_ending() {
        for (name, expected) in [
            ("E-0042.jpg", "E-0042"),
            ("photos/2026/E-0042.JPEG", "E-0042"),
            ("C:\\photos\\E-0042.png", "E-0042"),
            ("maria.keller@example.com.webp", "maria.keller@example.com"),
            ("E-0042", "E-0042"),
            (" 7 .jpg", "7"),
            (".jpg", ""),
        ] {
            assert_eq!(stem(name), expected, "{name}");
        }
    }
}
