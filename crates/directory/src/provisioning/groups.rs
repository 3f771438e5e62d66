//! Groups and teams with what providers call them, and who is in them.

use db::{Select, Tx, from_row, params, sql};
use kernel::{GroupId, Timestamp, UserId};

use crate::{Action, Ctx, Forbidden, activity, users::stage_ids};

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

/// Why a group was not looked up or named.
#[derive(Debug, thiserror::Error)]
pub enum NameGroup {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such group.
    #[error("there is no such group")]
    NotFound,
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
pub fn groups(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<ProvidedGroup>, NameGroup> {
    ctx.require(Action::EditGroups)?;
    Ok(tx.select(&all(ctx))?)
}

/// One of them.
pub fn find_group(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: GroupId,
) -> Result<Option<ProvidedGroup>, NameGroup> {
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
) -> Result<Vec<Member>, NameGroup> {
    ctx.require(Action::EditGroups)?;
    stage_ids(tx, groups.iter().copied())?;
    Ok(tx.fetch(sql!("provisioning/members"), params![ctx.account, limit])?)
}

/// The ids of everybody in a group.
pub fn group_members(tx: &mut Tx<'_>, ctx: &Ctx, group: GroupId) -> Result<Vec<UserId>, NameGroup> {
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
) -> Result<(), NameGroup> {
    let group = find_group(tx, ctx, id)?.ok_or(NameGroup::NotFound)?;
    if group.external_id.as_deref() == external_id {
        return Ok(());
    }
    tx.execute(sql!("provisioning/clear_group"), params![ctx.account, id])?;
    if let Some(external_id) = external_id {
        let chars = external_id.chars().count();
        if chars == 0 || chars > 255 || external_id.chars().any(char::is_control) {
            return Err(NameGroup::ExternalId);
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
