//! Groups and teams, and who is in them.

use db::{FromRow, Row, Tx, bulk, params, sql};
use kernel::{AccountId, GroupId, GroupName, Timestamp, UserId};

use crate::{Action, Ctx, Forbidden, activity};

mod manage;
mod members;
#[cfg(test)]
mod tests;

pub use manage::{ManageGroup, add_member, delete, lead, page, remove_member, rename, see};
pub use members::{Leavers, MemberChange, MembersChanged, change_members};

/// Whether a set of people is an ordinary group or a team with team admins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GroupKind {
    /// A named set of people.
    Group,
    /// A group with team admins.
    Team,
}

impl GroupKind {
    /// The stored and printed name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Team => "team",
        }
    }

    /// The kind with this name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "group" => Some(Self::Group),
            "team" => Some(Self::Team),
            _ => None,
        }
    }
}

/// A group or team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Group or team.
    pub kind: GroupKind,
    /// Its name as written.
    pub name: String,
    /// Its name for comparing.
    pub name_key: String,
    /// How many people are in it; 0 where a query does not count.
    pub members: i64,
}

impl FromRow for Group {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            kind: GroupKind::parse(&row.get::<String>(1)?).unwrap_or(GroupKind::Group),
            name: row.get(2)?,
            name_key: row.get(3)?,
            members: row.get(4)?,
        })
    }
}

/// Why a group could not be created.
#[derive(Debug, thiserror::Error)]
pub enum CreateGroup {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is blank, too long or has control characters.
    #[error("a group needs a name of 1 to 100 characters: {0}")]
    Name(String),
    /// There is one of that name and kind already.
    #[error("there is already a {kind} named {name:?}", kind = .0.as_str(), name = .1)]
    Exists(GroupKind, String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl CreateGroup {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::Name(_) => "invalid",
            Self::Exists(..) => "group_exists",
            Self::Db(_) => "internal",
        }
    }
}

/// Creates a group or team.
pub fn create(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: GroupKind,
    name: &str,
) -> Result<Group, CreateGroup> {
    ctx.require(Action::EditGroups)?;
    let name = GroupName::parse(name).map_err(|fault| CreateGroup::Name(fault.detail.into()))?;
    let group = Group {
        id: ctx.new_id(),
        kind,
        name: name.as_str().to_owned(),
        name_key: name.key().into_owned(),
        members: 0,
    };
    if insert_if_missing(tx, ctx, &group, None)? == 0 {
        return Err(CreateGroup::Exists(kind, group.name));
    }
    activity::record(tx, ctx, "group.create", Some(group.id.uuid()), &group.name)?;
    Ok(group)
}

/// Adds a group unless another has its name; returns 1 if it is there now, and 0 otherwise.
///
/// A group with the same id is this one, added by an earlier try that did not come to its end.
pub fn insert_if_missing(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    group: &Group,
    import: Option<kernel::ImportId>,
) -> db::Result<u64> {
    let present: Option<(GroupId,)> =
        tx.fetch_optional(sql!("groups/has"), params![ctx.account, group.id])?;
    if present.is_some() {
        return Ok(1);
    }
    tx.execute(
        sql!("groups/insert_if_missing"),
        params![
            ctx.account,
            group.id,
            group.kind.as_str(),
            group.name,
            group.name_key,
            import,
            ctx.now()
        ],
    )
}

/// Every group and team by name, with the number of its people; at most 10,000.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Group>> {
    tx.fetch(sql!("groups/list"), params![account])
}

/// Every group and team without counting; at most 100,000.
pub fn names(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Group>> {
    tx.fetch(sql!("groups/names"), params![account])
}

/// One group or team, with the number of its people.
pub fn find(tx: &mut Tx<'_>, account: AccountId, id: GroupId) -> db::Result<Option<Group>> {
    tx.fetch_optional(sql!("groups/find"), params![account, id])
}

/// Who leads a team, at most 1,000.
pub fn team_admins(tx: &mut Tx<'_>, account: AccountId, id: GroupId) -> db::Result<Vec<UserId>> {
    let found: Vec<(UserId,)> = tx.fetch(sql!("groups/team_admins"), params![account, id])?;
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// Makes somebody who is in a team lead it, or not.
pub(crate) fn set_admin(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: GroupId,
    user: UserId,
    leads: bool,
) -> db::Result<u64> {
    tx.execute(sql!("groups/set_admin"), params![account, id, user, leads])
}

/// A person's place in a group, for bulk writing.
#[derive(Clone, Copy, Debug)]
pub struct Membership {
    /// The account.
    pub account: AccountId,
    /// The person.
    pub user: UserId,
    /// The group.
    pub group: GroupId,
    /// When it began.
    pub created_at: Timestamp,
}

bulk!(Membership => "group_members" {
    account: account_id,
    user: user_id,
    group: group_id,
    created_at,
});

/// Takes the staged people out of a group.
pub fn remove_staged(tx: &mut Tx<'_>, account: AccountId, group: GroupId) -> db::Result<u64> {
    tx.execute(sql!("groups/remove_staged"), params![account, group])
}

/// Removes the groups an import created that nobody is in.
pub fn remove_empty_of_import(
    tx: &mut Tx<'_>,
    account: AccountId,
    import: kernel::ImportId,
) -> db::Result<u64> {
    tx.execute(
        sql!("groups/remove_empty_of_import"),
        params![account, import],
    )
}
