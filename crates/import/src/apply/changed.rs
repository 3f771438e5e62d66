//! Writing changes of known people, a chunk at a time; the undo writes reversed ones.

use std::collections::{BTreeMap, HashSet};

use db::Tx;
use directory::{
    cards, grants, groups,
    groups::Membership,
    modules,
    modules::Seat,
    users::{self, UserUpdate},
    workflows,
    workflows::Participation,
};
use kernel::{AccountId, CardId, DeviceId, GroupId, ImportId, Timestamp, UserId, WorkflowId};
use uuid::Uuid;

use crate::{candidate::Links, changes::Change};

/// Writes the changes whose person is still at the version they were made for; returns those people.
///
/// `import` says which import a person was last changed by from now on.
pub(crate) fn write_changes(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Timestamp,
    changes: &[Change],
    import: impl Fn(&Change) -> Option<ImportId>,
) -> db::Result<HashSet<UserId>> {
    users::stage_ids(tx, changes.iter().map(Change::user_id))?;
    let present = users::rows_of_staged(tx, account)?;
    let updates: Vec<UserUpdate> = changes
        .iter()
        .filter_map(|change| {
            let place = present
                .binary_search_by(|user| user.id.cmp(&change.user_id()))
                .ok()?;
            let mut user = present.get(place)?.clone();
            if user.version != change.version {
                return None;
            }
            change.edit(&mut user);
            user.import = import(change);
            Some(UserUpdate { user })
        })
        .collect();
    let written: HashSet<UserId> = users::apply_updates(tx, account, now, &updates)?
        .into_iter()
        .collect();
    let changes: Vec<&Change> = changes
        .iter()
        .filter(|change| written.contains(&change.user_id()))
        .collect();
    end_sessions(tx, account, &changes)?;
    remove_links(tx, account, &changes)?;
    add_links(tx, account, now, &changes)?;
    Ok(written)
}

/// Whoever is deactivated is signed out with the same transaction, and not signed in again by
/// coming back later.
fn end_sessions(tx: &mut Tx<'_>, account: AccountId, changes: &[&Change]) -> db::Result<()> {
    let gone: Vec<UserId> = changes
        .iter()
        .filter(|change| change.deactivates())
        .map(|change| change.user_id())
        .collect();
    if gone.is_empty() {
        return Ok(());
    }
    users::stage_ids(tx, gone)?;
    users::end_sessions_of_staged(tx, account)
}

fn remove_links(tx: &mut Tx<'_>, account: AccountId, changes: &[&Change]) -> db::Result<()> {
    let mut links: BTreeMap<(Links, Uuid), Vec<UserId>> = BTreeMap::new();
    let mut seats: BTreeMap<&str, Vec<UserId>> = BTreeMap::new();
    let mut cards: Vec<CardId> = Vec::new();
    for change in changes {
        let user = change.user_id();
        for link in &change.removed {
            links.entry(*link).or_default().push(user);
        }
        for grant in &change.grants_before {
            links
                .entry((Links::Devices, grant.device))
                .or_default()
                .push(user);
        }
        for module in &change.seats_removed {
            seats.entry(module).or_default().push(user);
        }
        cards.extend(
            change
                .cards_before
                .iter()
                .map(|card| CardId::from_uuid(card.id)),
        );
    }
    for ((kind, id), people) in links {
        users::stage_ids(tx, people)?;
        match kind {
            Links::Groups | Links::Teams => {
                groups::remove_staged(tx, account, GroupId::from_uuid(id))?
            }
            Links::Workflows => workflows::remove_staged(tx, account, WorkflowId::from_uuid(id))?,
            Links::Devices => grants::remove_staged(tx, account, DeviceId::from_uuid(id))?,
        };
    }
    for (module, people) in seats {
        users::stage_ids(tx, people)?;
        modules::remove_staged(tx, account, module)?;
    }
    if !cards.is_empty() {
        users::stage_ids(tx, cards)?;
        cards::remove_staged(tx, account)?;
    }
    Ok(())
}

fn add_links(
    tx: &mut Tx<'_>,
    account: AccountId,
    created_at: Timestamp,
    changes: &[&Change],
) -> db::Result<()> {
    let (mut memberships, mut participations, mut seats) = (Vec::new(), Vec::new(), Vec::new());
    let (mut grants, mut cards) = (Vec::new(), Vec::new());
    for change in changes {
        let user = change.user_id();
        for (kind, id) in &change.added {
            match kind {
                Links::Groups | Links::Teams => memberships.push(Membership {
                    account,
                    user,
                    group: GroupId::from_uuid(*id),
                    created_at,
                }),
                Links::Workflows => participations.push(Participation {
                    account,
                    user,
                    workflow: WorkflowId::from_uuid(*id),
                    created_at,
                }),
                // Devices are linked by grants, which follow.
                Links::Devices => {}
            }
        }
        seats.extend(change.seats_added.iter().map(|module| Seat {
            account,
            user,
            module: module.clone(),
            created_at,
        }));
        grants.extend(
            change
                .grants_after
                .iter()
                .map(|grant| grant.grant(account, user)),
        );
        cards.extend(
            change
                .cards_after
                .iter()
                .map(|card| card.card(account, user)),
        );
    }
    tx.bulk(&memberships)?;
    tx.bulk(&participations)?;
    tx.bulk(&seats)?;
    tx.bulk(&grants)?;
    tx.bulk(&cards)?;
    Ok(())
}
