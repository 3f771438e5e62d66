//! Putting people into a group and taking people out, however many, in one go.

use std::collections::BTreeSet;

use db::{Tx, params, sql};
use kernel::{GroupId, UserId};

use super::{ManageGroup, Membership, add_member, find, remove_member, remove_staged};
use crate::{Action, Ctx, activity, users};

/// Who comes into a group and who goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberChange {
    /// Who comes; whoever is in it already is passed over.
    pub add: Vec<UserId>,
    /// Who goes, unless they come too; whoever is not in it is passed over.
    pub remove: Vec<UserId>,
    /// What holds for those who go.
    pub leavers: Leavers,
}

/// Whether those who leave a group have to be people of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leavers {
    /// Each has to be there, like those who come.
    MustBeThere,
    /// Whoever is not there is not in the group either.
    MayBeGone,
}

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
/// One entry of the log, or of the person's own if it is about one only.
pub fn change_members(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: GroupId,
    change: &MemberChange,
) -> Result<MembersChanged, ManageGroup> {
    ctx.require(Action::EditGroups)?;
    let group = find(tx, ctx.account, id)?.ok_or(ManageGroup::NotFound)?;
    let adds: BTreeSet<UserId> = change.add.iter().copied().collect();
    let named: BTreeSet<UserId> = adds.iter().chain(&change.remove).copied().collect();
    users::stage_ids(tx, named.iter().copied())?;
    // Everybody at once: of two changes whose people cross, one waits for the other.
    let there = users::lock_staged(tx, ctx.account)?.into_iter();
    let there: BTreeSet<UserId> = there.map(|(id, _)| id).collect();
    let needed = match change.leavers {
        Leavers::MustBeThere => &named,
        Leavers::MayBeGone => &adds,
    };
    let missing: Vec<UserId> = needed.difference(&there).copied().collect();
    if !missing.is_empty() {
        return Ok(MembersChanged {
            missing,
            ..MembersChanged::default()
        });
    }
    let present = present(tx, ctx, id)?;
    let joining: Vec<UserId> = adds.difference(&present).copied().collect();
    let leaving: Vec<UserId> = present.difference(&adds).copied().collect();
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
    write(tx, ctx, id, &joining, &leaving)?;
    let details = format!(
        "{}: {} people in, {} out",
        group.name, changed.added, changed.removed
    );
    activity::record(tx, ctx, "group.members", Some(id.uuid()), &details)?;
    Ok(changed)
}

/// Those of the staged people who are in a group.
fn present(tx: &mut Tx<'_>, ctx: &Ctx, group: GroupId) -> db::Result<BTreeSet<UserId>> {
    let found: Vec<(UserId,)> =
        tx.fetch(sql!("groups/staged_members"), params![ctx.account, group])?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

fn write(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    group: GroupId,
    joining: &[UserId],
    leaving: &[UserId],
) -> db::Result<()> {
    users::stage_ids(tx, joining.iter().chain(leaving).copied())?;
    users::touch_staged(tx, ctx)?;
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
    users::stage_ids(tx, leaving.iter().copied())?;
    remove_staged(tx, ctx.account, group)?;
    Ok(())
}
