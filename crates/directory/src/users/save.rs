//! Writing a person whose values were looked at: a new one, or one that was changed by hand.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{AccountId, GroupId, Role, Timestamp, UserId, UserStatus};

use super::{
    Complaint, Draft, UserRecord, UserRow, UserUpdate, apply_updates, differences, find, get,
    insert, sees, stage_ids, typed::no_seat,
};
use crate::{
    Action, Ctx, Forbidden, activity, fields,
    groups::{self, Membership},
    lock::{Locked, require_unlocked},
    modules::{self, Seat},
    roles::{self, Reach},
};

/// Why a person could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SaveUser {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// An import of the account has to end first.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// The person has a role that the actor may not give, and so not change either.
    #[error("somebody with the role {0} can only be changed by an owner")]
    AboveYou(String),
    /// There is no such person, or they are deleted.
    #[error("there is no such person")]
    NobodyThere,
    /// Somebody changed the person meanwhile.
    #[error("somebody changed this person meanwhile")]
    Stale,
    /// The account would have no owner who signs in.
    #[error("the account needs an owner; make somebody else an owner first")]
    LastOwner,
    /// This is the actor.
    #[error("you cannot deactivate yourself")]
    Yourself,
    /// They are not in the status for that.
    #[error("the person is {0}")]
    Unfit(String),
    /// Something became wrong with a field between looking and writing.
    #[error("{}", .0.text)]
    Field(Complaint),
    /// The database failed.
    #[error(transparent)]
    Db(db::Error),
}

impl SaveUser {
    /// The stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::Locked(locked) => locked.code(),
            Self::AboveYou(_) => "role_above_yours",
            Self::NobodyThere => "not_found",
            Self::Stale => "user_changed",
            Self::LastOwner => "last_owner",
            Self::Yourself => "yourself",
            Self::Unfit(_) => "unfit",
            Self::Field(complaint) if complaint.is_taken => "already_taken",
            Self::Field(_) => "invalid",
            Self::Db(_) => "internal",
        }
    }
}

impl From<db::Error> for SaveUser {
    fn from(error: db::Error) -> Self {
        let taken = |field: &str, what: &str| Self::Field(Complaint::taken(field, what));
        if error.is_unique("users_email") {
            taken("email", "e-mail address")
        } else if error.is_unique("users_phone") {
            taken("phone", "phone number")
        } else if error.is_unique("users_external_id") {
            taken("external_id", "user ID")
        } else {
            Self::Db(error)
        }
    }
}

impl Draft {
    /// What the person is found by: the keys of e-mail address, phone number and user ID.
    pub(crate) fn keys(&self) -> [Option<String>; 3] {
        [
            self.email.as_ref().map(|email| email.key().into_owned()),
            self.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            self.external_id
                .as_ref()
                .map(|id| id.as_str().to_ascii_lowercase()),
        ]
    }

    /// Puts the values into a person.
    fn fill(&self, user: &mut UserRow) {
        self.name.first().clone_into(&mut user.first_name);
        self.name.last().clone_into(&mut user.last_name);
        let email = self.email.as_ref();
        user.email = email.map(|email| email.as_str().to_owned());
        user.email_key = email.map(|email| email.key().into_owned());
        user.phone = self.phone.as_ref().map(|phone| phone.as_str().to_owned());
        user.external_id = self.external_id.as_ref().map(|id| id.as_str().to_owned());
        self.role.as_str().clone_into(&mut user.role);
        user.admin_role = self.admin_role;
        self.kind.as_str().clone_into(&mut user.person_kind);
        user.title.clone_from(&self.title);
        user.department.clone_from(&self.department);
        user.language = self.language.as_ref().map(|tag| tag.as_str().to_owned());
        user.notes.clone_from(&self.notes);
        user.custom = (!self.custom.is_empty())
            .then(|| serde_json::to_string(&self.custom).ok())
            .flatten();
    }
}

/// Creates a person with all that was chosen for them; their status is invited.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, draft: &Draft) -> Result<UserId, SaveUser> {
    ctx.require(Action::EditUsers)?;
    require_unlocked::<SaveUser>(tx, ctx)?;
    let now = ctx.now();
    let mut user = blank(ctx.account, ctx.new_id(), now);
    draft.fill(&mut user);
    check_role(tx, ctx, &user)?;
    insert(tx, std::slice::from_ref(&user))?;
    let wanted = (&draft.groups, &draft.modules);
    link(
        tx,
        ctx,
        user.id,
        (&BTreeSet::new(), &BTreeSet::new()),
        wanted,
    )?;
    activity::record(tx, ctx, "user.create", Some(user.id.uuid()), "")?;
    Ok(user.id)
}

fn blank(account: AccountId, id: UserId, now: Timestamp) -> UserRow {
    UserRow {
        account,
        id,
        identity: None,
        external_id: None,
        first_name: String::new(),
        last_name: String::new(),
        email: None,
        email_key: None,
        phone: None,
        notes: None,
        role: Role::User.as_str().to_owned(),
        status: UserStatus::Invited.as_str().to_owned(),
        person_kind: String::new(),
        title: None,
        department: None,
        language: None,
        custom: None,
        version: 1,
        import: None,
        created_at: now,
        updated_at: now,
        admin_role: None,
    }
}

/// Changes a person who is still at this version; nothing is written if nothing differs.
pub fn save(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: UserId,
    version: i64,
    draft: &Draft,
) -> Result<(), SaveUser> {
    let before = changeable(tx, ctx, id)?;
    if before.user.version != version {
        return Err(SaveUser::Stale);
    }
    if before.user.role == Role::Owner.as_str() && draft.role != Role::Owner {
        keep_an_owner(tx, ctx, id)?;
    }
    let mut user = before.user.clone();
    draft.fill(&mut user);
    let groups: BTreeSet<GroupId> = before.groups.iter().map(|group| group.0).collect();
    let seats: BTreeSet<String> = before.modules.iter().cloned().collect();
    if user == before.user && groups == draft.groups && seats == draft.modules {
        return Ok(());
    }
    if user.admin_role != before.user.admin_role {
        check_role(tx, ctx, &user)?;
    }
    write(tx, ctx, user)?;
    link(
        tx,
        ctx,
        id,
        (&groups, &seats),
        (&draft.groups, &draft.modules),
    )?;
    record(tx, ctx, "user.update", &before)
}

/// Writes what has become of somebody into the log.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    action: &str,
    before: &UserRecord,
) -> Result<(), SaveUser> {
    let after = get(tx, ctx.account, before.user.id)?;
    let custom = fields::list(tx, ctx.account)?;
    let modules = modules::list(tx, ctx.account)?;
    let details = differences::told(before, &after, &custom, &modules);
    activity::record(tx, ctx, action, Some(before.user.id.uuid()), &details)?;
    Ok(())
}

/// The person, if the actor may change them.
pub(super) fn changeable(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<UserRecord, SaveUser> {
    ctx.require(Action::EditUsers)?;
    require_unlocked::<SaveUser>(tx, ctx)?;
    let record = find(tx, ctx.account, id)?
        .filter(|record| record.user.status != UserStatus::Deleted.as_str())
        .ok_or(SaveUser::NobodyThere)?;
    if !sees(tx, ctx, id)? {
        return Err(SaveUser::NobodyThere);
    }
    let user = &record.user;
    if Reach::load(tx, ctx)?.covers_stored(&user.role, user.admin_role) {
        Ok(record)
    } else {
        Err(SaveUser::AboveYou(record.role_name().to_owned()))
    }
}

/// Refuses if the role of the account's own that somebody is to get was deleted meanwhile.
fn check_role(tx: &mut Tx<'_>, ctx: &Ctx, user: &UserRow) -> Result<(), SaveUser> {
    let Some(role) = user.admin_role else {
        return Ok(());
    };
    // Whoever deletes the role waits, or was first.
    tx.execute(db::sql!("accounts/lock"), db::params![ctx.account])?;
    if roles::find(tx, ctx.account, role)?.is_some() {
        return Ok(());
    }
    let text = "that role is not there any more";
    Err(SaveUser::Field(Complaint::new("role", text)))
}

/// Refuses if nobody else is an owner who signs in.
pub(super) fn keep_an_owner(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<(), SaveUser> {
    tx.execute(db::sql!("accounts/lock"), db::params![ctx.account])?;
    let owners: Vec<(UserId,)> =
        tx.fetch(db::sql!("users/active_owners"), db::params![ctx.account])?;
    if owners.iter().any(|owner| owner.0 != id) {
        Ok(())
    } else {
        Err(SaveUser::LastOwner)
    }
}

/// Writes one person who is at the version they were read with.
pub(super) fn write(tx: &mut Tx<'_>, ctx: &Ctx, user: UserRow) -> Result<(), SaveUser> {
    let written = apply_updates(tx, ctx.account, ctx.now(), &[UserUpdate { user }])?;
    if written.is_empty() {
        return Err(SaveUser::Stale);
    }
    Ok(())
}

type Links<'a> = (&'a BTreeSet<GroupId>, &'a BTreeSet<String>);

/// Makes a person's groups and seats those that are wanted.
pub(super) fn link(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    before: Links<'_>,
    wanted: Links<'_>,
) -> Result<(), SaveUser> {
    let (account, created_at) = (ctx.account, ctx.now());
    stage_ids(tx, [user])?;
    for group in before.0.difference(wanted.0) {
        groups::remove_staged(tx, account, *group)?;
    }
    for module in before.1.difference(wanted.1) {
        modules::remove_staged(tx, account, module)?;
    }
    let added: Vec<Membership> = wanted
        .0
        .difference(before.0)
        .map(|group| Membership {
            account,
            user,
            group: *group,
            created_at,
        })
        .collect();
    tx.bulk(&added)?;
    let mut seats = Vec::new();
    for key in wanted.1.difference(before.1) {
        let module = modules::locked(tx, account, key)?;
        if module.free() == 0 {
            return Err(SaveUser::Field(no_seat(&module)));
        }
        seats.push(Seat {
            account,
            user,
            module: key.clone(),
            created_at,
        });
    }
    tx.bulk(&seats)?;
    Ok(())
}
