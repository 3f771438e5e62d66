//! Groups and teams with what providers call them, and who is in them, for many at once.

use std::collections::HashSet;

use db::{Select, Tx, from_row, params, sql};
use kernel::{GroupId, Timestamp, UserId, UserStatus};

use crate::{
    Action, Ctx, Forbidden, activity,
    groups::{self, Membership},
    users::{lock_staged, stage_ids},
};

/// An account has no more groups that a provider is shown.
const MOST_GROUPS: i64 = 100_000;

/// A group or team, with what a provider needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvidedGroup {
    /// Its id.
    pub id: GroupId,
    /// Group or team, as printed.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The provider's id.
    pub external_id: Option<String>,
    /// How many people are in it.
    pub members: i64,
    /// When somebody came into it last.
    pub newest: Option<Timestamp>,
}

from_row!(ProvidedGroup {
    id,
    kind,
    name,
    created_at,
    external_id,
    members,
    newest,
});

/// Somebody in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The group.
    pub group: GroupId,
    /// The person.
    pub user: UserId,
}

from_row!(Member {
    group: group_id,
    user: user_id,
});

/// Who comes into a group and who goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberChange {
    /// Who comes; whoever is in it already is passed over.
    pub add: Vec<UserId>,
    /// Who goes; whoever is not in it is passed over.
    pub remove: Vec<UserId>,
}

/// Why the people of a group were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeMembers {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such group.
    #[error("there is no such group")]
    NotFound,
    /// Somebody who is to come is not there.
    #[error("there is nobody with the id {0}")]
    NobodyThere(UserId),
    /// The provider's id cannot be kept.
    #[error("an externalId has 1 to 255 characters and no control characters")]
    ExternalId,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

fn all(ctx: &Ctx) -> Select {
    let base = params![ctx.account];
    Select::new(sql!("provisioning/groups"), base, &["g.id"], MOST_GROUPS)
}

/// Every group and team in the order of ids.
pub fn groups(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<ProvidedGroup>, ChangeMembers> {
    ctx.require(Action::EditGroups)?;
    Ok(tx.select(&all(ctx))?)
}

/// One of them.
pub fn find_group(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: GroupId,
) -> Result<Option<ProvidedGroup>, ChangeMembers> {
    ctx.require(Action::EditGroups)?;
    let one = all(ctx).and("g.id = $1", params![id]);
    Ok(tx.select(&one)?.into_iter().next())
}

/// Who is in these groups, at most `limit` in all, by group and person.
pub fn members(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    groups: &[GroupId],
    limit: i64,
) -> Result<Vec<Member>, ChangeMembers> {
    ctx.require(Action::EditGroups)?;
    stage_ids(tx, groups.iter().copied())?;
    Ok(tx.fetch(sql!("provisioning/members"), params![ctx.account, limit])?)
}

/// The ids of everybody in a group.
pub fn group_members(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    group: GroupId,
) -> Result<Vec<UserId>, ChangeMembers> {
    ctx.require(Action::EditGroups)?;
    let found: Vec<(UserId,)> = tx.fetch(
        sql!("provisioning/group_members"),
        params![ctx.account, group],
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Keeps the provider's id of a group, or forgets it.
pub fn name_group(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: GroupId,
    external_id: Option<&str>,
) -> Result<(), ChangeMembers> {
    let group = find_group(tx, ctx, id)?.ok_or(ChangeMembers::NotFound)?;
    if group.external_id.as_deref() == external_id {
        return Ok(());
    }
    tx.execute(sql!("provisioning/clear_group"), params![ctx.account, id])?;
    if let Some(external_id) = external_id {
        let chars = external_id.chars().count();
        if chars == 0 || chars > 255 || external_id.chars().any(char::is_control) {
            return Err(ChangeMembers::ExternalId);
        }
        tx.execute(
            sql!("provisioning/insert_group"),
            params![ctx.account, id, external_id],
        )?;
    }
    let details = format!("{}: {}", group.name, external_id.unwrap_or("none"));
    activity::record(tx, ctx, "group.provider_id", Some(id.uuid()), &details)?;
    Ok(())
}

/// Puts people into a group and takes people out, however many; one entry of the log tells it.
pub fn change_members(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: GroupId,
    change: &MemberChange,
) -> Result<(), ChangeMembers> {
    let group = find_group(tx, ctx, id)?.ok_or(ChangeMembers::NotFound)?;
    let added = put_in(tx, ctx, id, &change.add)?;
    let removed = take_out(tx, ctx, id, &change.remove)?;
    if added + removed > 0 {
        let details = format!("{}: {added} put in, {removed} taken out", group.name);
        activity::record(tx, ctx, "group.members", Some(id.uuid()), &details)?;
    }
    Ok(())
}

fn put_in(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    group: GroupId,
    people: &[UserId],
) -> Result<usize, ChangeMembers> {
    if people.is_empty() {
        return Ok(0);
    }
    stage(tx, people)?;
    let there: HashSet<UserId> = lock_staged(tx, ctx.account)?
        .into_iter()
        .filter(|(_, status)| *status != UserStatus::Deleted)
        .map(|(id, _)| id)
        .collect();
    if let Some(missing) = people.iter().find(|id| !there.contains(id)) {
        return Err(ChangeMembers::NobodyThere(*missing));
    }
    let present: HashSet<UserId> = staged_members(tx, ctx, group)?.into_iter().collect();
    let new: Vec<UserId> = there.difference(&present).copied().collect();
    touch(tx, ctx, &new)?;
    let rows: Vec<Membership> = new
        .iter()
        .map(|user| Membership {
            account: ctx.account,
            user: *user,
            group,
            created_at: ctx.now(),
        })
        .collect();
    tx.bulk(&rows)?;
    Ok(rows.len())
}

fn take_out(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    group: GroupId,
    people: &[UserId],
) -> Result<usize, ChangeMembers> {
    if people.is_empty() {
        return Ok(0);
    }
    stage(tx, people)?;
    let going = staged_members(tx, ctx, group)?;
    touch(tx, ctx, &going)?;
    groups::remove_staged(tx, ctx.account, group)?;
    Ok(going.len())
}

fn staged_members(tx: &mut Tx<'_>, ctx: &Ctx, group: GroupId) -> db::Result<Vec<UserId>> {
    let found: Vec<(UserId,)> = tx.fetch(
        sql!("provisioning/staged_members"),
        params![ctx.account, group],
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Counts the versions of these people up; they are staged afterwards.
fn touch(tx: &mut Tx<'_>, ctx: &Ctx, people: &[UserId]) -> db::Result<()> {
    stage(tx, people)?;
    tx.execute(
        sql!("provisioning/touch_staged"),
        params![ctx.account, ctx.now()],
    )?;
    Ok(())
}

fn stage(tx: &mut Tx<'_>, people: &[UserId]) -> db::Result<()> {
    let once: HashSet<UserId> = people.iter().copied().collect();
    stage_ids(tx, once)
}
