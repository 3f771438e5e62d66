//! Making one person of two: somebody who is in the account twice (docs/decisions/0030).
//!
//! One of the two is kept. Everything that hangs on the other goes over, field by field where they
//! differ as somebody chose, all in one transaction. The other stays as a deleted person without
//! keys who points at the one who was kept, so that the log, files of imports and old links still
//! lead somewhere. It cannot be undone.

mod look;
mod moves;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use db::{Tx, params, sql};
use kernel::{AccountId, IdentityId, Role, UserId, UserStatus, full_name};

use super::{UserRecord, UserRow, UserUpdate, apply_updates, differences, find, get, is_visible};
use crate::{
    Action, Ctx, Forbidden, activity,
    cards::CardRefusal,
    fields,
    lock::{Locked, require_unlocked},
    modules,
    roles::Reach,
};

pub use look::{Field, Merge, Moving, look};

/// One of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Who is kept.
    #[default]
    Kept,
    /// Who goes.
    Other,
}

impl Side {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Other => "other",
        }
    }

    /// The side with this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Kept, Self::Other]
            .into_iter()
            .find(|side| side.as_str() == text)
    }
}

/// What is chosen where both have something of which there is one.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Keys of the fields that are taken from the other, blank or not; those that are blank of the
    /// kept one and not named here are filled from the other.
    pub from_other: BTreeSet<String>,
    /// Keys of the fields that stay as they are of the kept one, even if blank.
    pub as_kept: BTreeSet<String>,
    /// Whose sign-in stays; to be said if both have one.
    pub sign_in: Option<Side>,
    /// Whose card stays.
    pub card: Side,
    /// Whose photo stays.
    pub photo: Side,
}

/// Why two people were not made one.
#[derive(Debug, thiserror::Error)]
pub enum MergeRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// An import of the account has to end first.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// There is no such person, they are deleted, or the actor does not see them.
    #[error("there is no such person")]
    NobodyThere,
    /// Both are the same.
    #[error("these are not two people but one")]
    Same,
    /// The actor would be gone.
    #[error("you cannot merge yourself into somebody else; keep yourself, or ask somebody else")]
    Yourself,
    /// The account would lose an owner.
    #[error("{0} is an owner of the account; keep them, or take the role away first")]
    Owner(String),
    /// One of them has a role that the actor may not give.
    #[error("somebody with the role {0} can only be changed by an owner")]
    AboveYou(String),
    /// Both sign in, and it was not said whose sign-in stays.
    #[error("both sign in, and one of the two sign-ins ends: choose which one stays")]
    SignIn,
    /// The last owner would not be one.
    #[error("the account needs an owner; make somebody else an owner first")]
    LastOwner,
    /// There is no such field.
    #[error("{0:?} is not a field of both")]
    Field(String),
    /// Somebody changed one of them meanwhile.
    #[error("somebody changed one of the two meanwhile; look again")]
    Stale,
    /// A card could not be revoked.
    #[error(transparent)]
    Card(CardRefusal),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<CardRefusal> for MergeRefusal {
    fn from(refusal: CardRefusal) -> Self {
        match refusal {
            CardRefusal::Db(error) => Self::Db(error),
            other => Self::Card(other),
        }
    }
}

impl MergeRefusal {
    /// The stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::Locked(locked) => locked.code(),
            Self::NobodyThere => "user_unknown",
            Self::Same => "merge_same",
            Self::Yourself => "merge_yourself",
            Self::Owner(_) => "merge_owner",
            Self::AboveYou(_) => "role_not_allowed",
            Self::SignIn => "merge_sign_in",
            Self::LastOwner => "last_owner",
            Self::Field(_) => "field_unknown",
            Self::Stale => "stale",
            Self::Card(refusal) => refusal.code(),
            Self::Db(_) => "internal",
        }
    }
}

/// Both people, after looking whether the actor may make one of them.
fn both(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kept: UserId,
    other: UserId,
) -> Result<(UserRecord, UserRecord), MergeRefusal> {
    // Either may be in groups the actor does not look after.
    ctx.require_for_all(Action::EditUsers)?;
    require_unlocked::<MergeRefusal>(tx, ctx)?;
    if kept == other {
        return Err(MergeRefusal::Same);
    }
    let kept = one(tx, ctx, kept)?;
    let other = one(tx, ctx, other)?;
    if ctx.actor.user == Some(other.user.id) {
        return Err(MergeRefusal::Yourself);
    }
    if other.user.role == Role::Owner.as_str() {
        return Err(MergeRefusal::Owner(other.user.full_name()));
    }
    // What goes over is what the actor could give and take away by hand.
    for (action, is_needed) in [
        (Action::ManageCards, !other.cards.is_empty()),
        (Action::ManageAccess, !other.grants.is_empty()),
        (Action::ManageWorkflows, !other.workflows.is_empty()),
    ] {
        if is_needed {
            ctx.require(action)?;
        }
    }
    Ok((kept, other))
}

fn one(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<UserRecord, MergeRefusal> {
    let record = find(tx, ctx.account, id)?
        .filter(|record| record.user.status != UserStatus::Deleted.as_str())
        .ok_or(MergeRefusal::NobodyThere)?;
    let sees = is_visible(tx, ctx, id).map_err(|error| match error {
        super::ListUsers::Forbidden(forbidden) => forbidden.into(),
        super::ListUsers::Db(error) => MergeRefusal::Db(error),
    })?;
    if !sees {
        return Err(MergeRefusal::NobodyThere);
    }
    let user = &record.user;
    if Reach::load(tx, ctx)?.covers_stored(&user.role, user.admin_role) {
        Ok(record)
    } else {
        Err(MergeRefusal::AboveYou(record.role_name().to_owned()))
    }
}

/// Makes one of two: `versions` are those of the kept and the other person as they were looked at.
pub fn merge(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (kept, other): (UserId, UserId),
    versions: (i64, i64),
    choices: &Choices,
) -> Result<(), MergeRefusal> {
    let (kept, other) = both(tx, ctx, kept, other)?;
    if (kept.user.version, other.user.version) != versions {
        return Err(MergeRefusal::Stale);
    }
    let sign_in = sign_in(&kept.user, &other.user, choices)?;
    let gets = merged(tx, ctx, &kept, &other, choices)?;
    if kept.user.role == Role::Owner.as_str() && gets.role != kept.user.role {
        super::save::keep_an_owner(tx, ctx, kept.user.id).map_err(|error| match error {
            super::SaveUser::Db(error) => MergeRefusal::Db(error),
            _ => MergeRefusal::LastOwner,
        })?;
    }
    moves::revoke_cards(tx, ctx, &kept, &other, choices.card)?;
    // Revoking a card counts as a change of its holder.
    let (kept, other) = (
        get(tx, ctx.account, kept.user.id)?,
        get(tx, ctx.account, other.user.id)?,
    );
    // Before the other is nobody's identity any more, by which its sessions are found.
    moves::sign_in(tx, ctx, &kept.user, &other.user, sign_in)?;
    // Keys are free before somebody else has them.
    rewrite(tx, ctx, gone(&other.user))?;
    rewrite(
        tx,
        ctx,
        UserRow {
            version: kept.user.version,
            ..gets
        },
    )?;
    moves::cards(tx, ctx, kept.user.id, other.user.id)?;
    moves::photo(tx, ctx, kept.user.id, other.user.id, choices.photo)?;
    moves::links(tx, ctx, kept.user.id, other.user.id)?;
    tx.execute(
        sql!("merge/point"),
        params![ctx.account, other.user.id, kept.user.id],
    )?;
    note(tx, ctx, &kept, &other)
}

/// The identity that stays.
fn sign_in(
    kept: &UserRow,
    other: &UserRow,
    choices: &Choices,
) -> Result<Option<IdentityId>, MergeRefusal> {
    match (kept.identity, other.identity, choices.sign_in) {
        (Some(_), Some(_), None) => Err(MergeRefusal::SignIn),
        (Some(kept), Some(other), Some(side)) => Ok(Some(match side {
            Side::Kept => kept,
            Side::Other => other,
        })),
        (kept, other, _) => Ok(kept.or(other)),
    }
}

/// The kept person with the values of both.
fn merged(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kept: &UserRecord,
    other: &UserRecord,
    choices: &Choices,
) -> Result<UserRow, MergeRefusal> {
    let fields = look::fields(tx, ctx.account, kept, other)?;
    let known = |key: &String| fields.iter().any(|field| field.key == *key);
    if let Some(unknown) = choices
        .from_other
        .iter()
        .chain(&choices.as_kept)
        .find(|key| !known(key))
    {
        return Err(MergeRefusal::Field(unknown.clone()));
    }
    let mut row = kept.user.clone();
    let mut custom = look::custom(&kept.user);
    let from = look::custom(&other.user);
    for field in &fields {
        let takes = choices.from_other.contains(&field.key)
            || (field.proposed == Side::Other && !choices.as_kept.contains(&field.key));
        if !takes {
            continue;
        }
        match field.key.strip_prefix("custom.") {
            Some(key) => match from.get(key) {
                Some(value) => drop(custom.insert(key.to_owned(), value.clone())),
                None => drop(custom.remove(key)),
            },
            None => take(&mut row, &other.user, &field.key),
        }
    }
    row.custom = (!custom.is_empty())
        .then(|| serde_json::to_string(&custom).ok())
        .flatten();
    if !Reach::load(tx, ctx)?.covers_stored(&row.role, row.admin_role) {
        return Err(MergeRefusal::AboveYou(row.role));
    }
    let signs_in = kept.user.identity.or(other.user.identity).is_some();
    if row.status != UserStatus::Deactivated.as_str() {
        super::status_when_back(signs_in)
            .as_str()
            .clone_into(&mut row.status);
    }
    row.import = row.import.or(other.user.import);
    Ok(row)
}

/// Takes one field over.
fn take(row: &mut UserRow, other: &UserRow, key: &str) {
    match key {
        "first_name" => row.first_name.clone_from(&other.first_name),
        "last_name" => row.last_name.clone_from(&other.last_name),
        "email" => {
            row.email.clone_from(&other.email);
            row.email_key.clone_from(&other.email_key);
        }
        "phone" => row.phone.clone_from(&other.phone),
        "external_id" => row.external_id.clone_from(&other.external_id),
        "role" => {
            row.role.clone_from(&other.role);
            row.admin_role = other.admin_role;
        }
        "person_kind" => row.person_kind.clone_from(&other.person_kind),
        "title" => row.title.clone_from(&other.title),
        "department" => row.department.clone_from(&other.department),
        "language" => row.language.clone_from(&other.language),
        "notes" => row.notes.clone_from(&other.notes),
        _ => {}
    }
}

/// What stays of who goes: a name, so that the log can be read.
fn gone(other: &UserRow) -> UserRow {
    UserRow {
        external_id: None,
        email: None,
        email_key: None,
        phone: None,
        notes: None,
        role: Role::User.as_str().to_owned(),
        status: UserStatus::Deleted.as_str().to_owned(),
        title: None,
        department: None,
        language: None,
        custom: None,
        ..other.clone()
    }
}

fn rewrite(tx: &mut Tx<'_>, ctx: &Ctx, user: UserRow) -> Result<(), MergeRefusal> {
    let written = apply_updates(tx, ctx.account, ctx.now(), &[UserUpdate { user }])?;
    if written.is_empty() {
        return Err(MergeRefusal::Stale);
    }
    Ok(())
}

/// One entry, about the one who stays; of the other it says who they were.
fn note(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kept: &UserRecord,
    other: &UserRecord,
) -> Result<(), MergeRefusal> {
    let after = get(tx, ctx.account, kept.user.id)?;
    let own = fields::list(tx, ctx.account)?;
    let modules = modules::list(tx, ctx.account)?;
    let told = differences::told(kept, &after, &own, &modules);
    let mut details = format!("with {} ({})", other.user.full_name(), other.user.id);
    if !told.is_empty() {
        details.push_str("; ");
        details.push_str(&told);
    }
    let subject = Some(kept.user.id.uuid());
    activity::record(tx, ctx, "user.merge", subject, &details)?;
    Ok(())
}

/// Whom somebody was made one with, and their name; none for who was not.
pub fn merged_into(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
) -> db::Result<Option<(UserId, String)>> {
    let found: Option<(UserId, String, String)> =
        tx.fetch_optional(sql!("merge/into"), params![account, user])?;
    Ok(found.map(|(id, first, last)| (id, full_name(&first, &last))))
}

/// Who was made one with somebody, at most 20.
pub fn merged_from(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
) -> db::Result<Vec<(UserId, String)>> {
    let found: Vec<(UserId, String, String)> =
        tx.fetch(sql!("merge/from"), params![account, user])?;
    Ok(found
        .into_iter()
        .map(|(id, first, last)| (id, full_name(&first, &last)))
        .collect())
}
