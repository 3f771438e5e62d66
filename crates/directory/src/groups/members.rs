//! Putting many people into a group and taking many out, in one go.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{GroupId, UserId, UserStatus};

use super::{ManageGroup, Membership, add_member, find, remove_member, remove_staged};
use crate::{
    Action, Ctx, activity,
    users::{self, UserUpdate, stage_ids},
};

/// So many people at most each way.
pub const MOST_AT_ONCE: usize = 1000;

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MembersChanged {
    /// How many were not in the group and are now.
    pub added: usize,
    /// How many were in it and are not any more.
    pub removed: usize,
    /// Who is not there; then nothing was changed.
    pub missing: Vec<UserId>,
}

/// Puts people into a group and takes others out; all of it, or nothing if somebody is not there.
///
/// One entry of the log, unless it is about one person only.
pub fn change_members(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: GroupId,
    add: &[UserId],
    remove: &[UserId],
) -> Result<MembersChanged, ManageGroup> {
    ctx.require(Action::EditGroups)?;
    let group = find(tx, ctx.account, id)?.ok_or(ManageGroup::NotFound)?;
    let adds: BTreeSet<UserId> = add.iter().copied().collect();
    let named: BTreeSet<UserId> = adds.iter().chain(remove).copied().collect();
    stage_ids(tx, named.iter().copied())?;
    let there = users::lock_staged(tx, ctx.account)?.into_iter();
    let there: BTreeSet<UserId> = there
        .filter(|(_, status)| *status != UserStatus::Deleted)
        .map(|(id, _)| id)
        .collect();
    let missing: Vec<UserId> = named.difference(&there).copied().collect();
    if !missing.is_empty() {
        return Ok(MembersChanged {
            missing,
            ..MembersChanged::default()
        });
    }
    stage_ids(tx, named.iter().copied())?;
    let mut changing = users::records_of_staged(tx, ctx.account)?;
    changing.retain(|record| {
        let is_in = record.groups.iter().any(|group| group.0 == id);
        is_in != adds.contains(&record.user.id)
    });
    let (joining, leaving): (Vec<UserId>, Vec<UserId>) = changing
        .iter()
        .map(|record| record.user.id)
        .partition(|user| adds.contains(user));
    let changed = MembersChanged {
        added: joining.len(),
        removed: leaving.len(),
        missing: Vec::new(),
    };
    match (joining.as_slice(), leaving.as_slice()) {
        ([], []) => return Ok(changed),
        ([one], []) => return add_member(tx, ctx, id, *one).map(|()| changed),
        ([], [one]) => return remove_member(tx, ctx, id, *one).map(|()| changed),
        _ => {}
    }
    let updates: Vec<UserUpdate> = changing
        .into_iter()
        .map(|record| UserUpdate { user: record.user })
        .collect();
    if users::apply_updates(tx, ctx.account, ctx.now(), &updates)?.len() != updates.len() {
        return Err(ManageGroup::Stale);
    }
    write(tx, ctx, id, &joining, &leaving)?;
    let details = format!(
        "{}: {} people in, {} out",
        group.name, changed.added, changed.removed
    );
    activity::record(tx, ctx, "group.members", Some(id.uuid()), &details)?;
    Ok(changed)
}

fn write(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    group: GroupId,
    joining: &[UserId],
    leaving: &[UserId],
) -> db::Result<()> {
    let created_at = ctx.now();
    let rows: Vec<Membership> = joining
        .iter()
        .map(|user| Membership {
            account: ctx.account,
            user: *user,
            group,
            created_at,
        })
        .collect();
    tx.bulk(&rows)?;
    stage_ids(tx, leaving.iter().copied())?;
    remove_staged(tx, ctx.account, group)?;
    Ok(())
}
