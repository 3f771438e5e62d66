//! Looking after groups and teams: names, people, who leads a team.

use db::{Select, Tx, params, sql};
use kernel::{GroupId, GroupName, Role, UserId, UserStatus};

use super::{Group, GroupKind, Membership, find, remove_staged, set_admin, team_admins};
use crate::{
    Action, Ctx, Forbidden, activity,
    users::{self, SaveUser, UserRecord, stage_ids},
};

/// Why something could not be done with a group.
#[derive(Debug, thiserror::Error)]
pub enum ManageGroup {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such group.
    #[error("there is no such group")]
    NotFound,
    /// The name is blank, too long or has control characters.
    #[error("a group needs a name of 1 to 100 characters: {0}")]
    Name(String),
    /// There is one of that name and kind already.
    #[error("there is already a {kind} named {name:?}", kind = .0.as_str(), name = .1)]
    Exists(GroupKind, String),
    /// There are not as many people in it as was confirmed.
    #[error("there are {0} people in it now; look again")]
    Members(i64),
    /// There is no such person, or nobody who can be in groups.
    #[error("there is no such person")]
    NobodyThere,
    /// Only teams are led.
    #[error("only teams are led by somebody")]
    NotATeam,
    /// They could not look after the team.
    #[error("whoever leads a team needs the role manager, or a higher one")]
    NotAManager,
    /// Somebody changed the person meanwhile.
    #[error("somebody changed this person meanwhile")]
    Stale,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl ManageGroup {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::NotFound => "not_found",
            Self::Name(_) => "invalid",
            Self::Exists(..) => "group_exists",
            Self::Members(_) => "group_changed",
            Self::NobodyThere => "user_not_found",
            Self::NotATeam => "not_a_team",
            Self::NotAManager => "not_a_manager",
            Self::Stale => "user_changed",
            Self::Db(_) => "internal",
        }
    }
}

/// Groups of a kind by name, after one of them.
pub fn page(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: GroupKind,
    after: Option<GroupId>,
    limit: i64,
) -> Result<Vec<Group>, ManageGroup> {
    ctx.require(Action::EditGroups)?;
    let base = params![ctx.account, kind.as_str()];
    let mut select = Select::new(sql!("groups/page"), base, &["g.name_key", "g.id"], limit);
    if let Some(after) = after {
        // A group that is gone meanwhile: begin again.
        if let Some(group) = find(tx, ctx.account, after)? {
            select = select.after(params![group.name_key, group.id]);
        }
    }
    Ok(tx.select(&select)?)
}

/// One group, for whoever may change it.
pub fn see(tx: &mut Tx<'_>, ctx: &Ctx, id: GroupId) -> Result<Group, ManageGroup> {
    ctx.require(Action::EditGroups)?;
    find(tx, ctx.account, id)?.ok_or(ManageGroup::NotFound)
}

/// Gives a group another name.
pub fn rename(tx: &mut Tx<'_>, ctx: &Ctx, id: GroupId, name: &str) -> Result<(), ManageGroup> {
    let group = see(tx, ctx, id)?;
    let name = GroupName::parse(name).map_err(|fault| ManageGroup::Name(fault.detail.into()))?;
    if group.name == name.as_str() {
        return Ok(());
    }
    let renamed = tx.execute(
        sql!("groups/rename"),
        params![ctx.account, id, name.as_str(), name.key().into_owned()],
    );
    renamed.map_err(|error| {
        if error.is_unique("groups_name") {
            ManageGroup::Exists(group.kind, name.as_str().to_owned())
        } else {
            ManageGroup::Db(error)
        }
    })?;
    let details = format!("{} → {name}", group.name);
    activity::record(tx, ctx, "group.rename", Some(id.uuid()), &details)?;
    Ok(())
}

/// Removes a group that has as many people as was confirmed; the people stay.
pub fn delete(tx: &mut Tx<'_>, ctx: &Ctx, id: GroupId, members: i64) -> Result<(), ManageGroup> {
    let group = see(tx, ctx, id)?;
    if group.members != members {
        return Err(ManageGroup::Members(group.members));
    }
    tx.execute(sql!("groups/delete_members"), params![ctx.account, id])?;
    tx.execute(sql!("roles/forget_group"), params![ctx.account, id])?;
    tx.execute(sql!("groups/delete"), params![ctx.account, id])?;
    let details = format!("{} {}, {members} people", group.kind.as_str(), group.name);
    activity::record(tx, ctx, "group.delete", Some(id.uuid()), &details)?;
    Ok(())
}

/// Somebody who is there and can be in groups.
fn person(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<UserRecord, ManageGroup> {
    users::find(tx, ctx.account, user)?
        .filter(|record| record.user.status != UserStatus::Deleted.as_str())
        .ok_or(ManageGroup::NobodyThere)
}

/// Counts a person's version up: whoever looks at an older one is told.
fn touch(tx: &mut Tx<'_>, ctx: &Ctx, record: &UserRecord) -> Result<(), ManageGroup> {
    if users::touch(tx, ctx, record)? {
        Ok(())
    } else {
        Err(ManageGroup::Stale)
    }
}

fn told(tx: &mut Tx<'_>, ctx: &Ctx, before: &UserRecord) -> Result<(), ManageGroup> {
    match users::record_change(tx, ctx, "user.update", before) {
        Ok(()) => Ok(()),
        Err(SaveUser::Db(error)) => Err(error.into()),
        Err(_) => Err(ManageGroup::NobodyThere),
    }
}

/// Puts somebody into a group; nothing happens if they are in it.
pub fn add_member(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: GroupId,
    user: UserId,
) -> Result<(), ManageGroup> {
    see(tx, ctx, id)?;
    let before = person(tx, ctx, user)?;
    if before.groups.iter().any(|group| group.0 == id) {
        return Ok(());
    }
    touch(tx, ctx, &before)?;
    let row = Membership {
        account: ctx.account,
        user,
        group: id,
        created_at: ctx.now(),
    };
    tx.bulk(&[row])?;
    told(tx, ctx, &before)
}

/// Takes somebody out of a group; nothing happens if they are not in it.
pub fn remove_member(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: GroupId,
    user: UserId,
) -> Result<(), ManageGroup> {
    see(tx, ctx, id)?;
    let before = person(tx, ctx, user)?;
    if before.groups.iter().all(|group| group.0 != id) {
        return Ok(());
    }
    touch(tx, ctx, &before)?;
    stage_ids(tx, [user])?;
    remove_staged(tx, ctx.account, id)?;
    told(tx, ctx, &before)
}

/// Makes somebody who is in a team lead it, or lead it no longer.
pub fn lead(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: GroupId,
    user: UserId,
    leads: bool,
) -> Result<(), ManageGroup> {
    let group = see(tx, ctx, id)?;
    if group.kind != GroupKind::Team {
        return Err(ManageGroup::NotATeam);
    }
    let record = person(tx, ctx, user)?;
    if record.groups.iter().all(|group| group.0 != id) {
        return Err(ManageGroup::NobodyThere);
    }
    if leads && record.user.role == Role::User.as_str() {
        return Err(ManageGroup::NotAManager);
    }
    if team_admins(tx, ctx.account, id)?.contains(&user) == leads {
        return Ok(());
    }
    touch(tx, ctx, &record)?;
    set_admin(tx, ctx.account, id, user, leads)?;
    let action = if leads { "user.lead" } else { "user.lead_end" };
    activity::record(tx, ctx, action, Some(user.uuid()), &group.name)?;
    Ok(())
}
