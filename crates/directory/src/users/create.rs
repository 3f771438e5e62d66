//! Creating one person by hand. The importer's bulk path is proved equal to it by a test.

use db::Tx;
use kernel::{Email, ExternalId, PersonKind, PersonName, Phone, Role, UserStatus};

use super::{UserRow, insert};
use crate::{
    Action, Ctx, Forbidden, activity,
    lock::{Locked, require_unlocked},
    roles::Reach,
};

/// The values of a new person.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Name.
    pub name: PersonName,
    /// The organisation's own id.
    pub external_id: Option<ExternalId>,
    /// E-mail address.
    pub email: Option<Email>,
    /// Phone number.
    pub phone: Option<Phone>,
    /// Role.
    pub role: Role,
    /// Kind of person.
    pub kind: PersonKind,
}

/// Why a person could not be created.
#[derive(Debug, thiserror::Error)]
pub enum CreateUser {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// An import of the account has to end first.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// The role is above what the actor may give.
    #[error("you cannot give the role {}", .0.as_str())]
    RoleNotAllowed(Role),
    /// Somebody has that e-mail address.
    #[error("somebody else has this e-mail address")]
    EmailTaken,
    /// Somebody has that phone number.
    #[error("somebody else has this phone number")]
    PhoneTaken,
    /// Somebody has that external id.
    #[error("somebody else has this user id")]
    ExternalIdTaken,
    /// The database failed.
    #[error(transparent)]
    Db(db::Error),
}

impl From<db::Error> for CreateUser {
    fn from(error: db::Error) -> Self {
        if error.is_unique("users_email") {
            Self::EmailTaken
        } else if error.is_unique("users_phone") {
            Self::PhoneTaken
        } else if error.is_unique("users_external_id") {
            Self::ExternalIdTaken
        } else {
            Self::Db(error)
        }
    }
}

/// Creates a person with the status invited.
pub fn create(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewUser) -> Result<UserRow, CreateUser> {
    // Somebody in no group would be out of sight of whoever looks after some groups.
    ctx.require_for_all(Action::EditUsers)?;
    require_unlocked::<CreateUser>(tx, ctx)?;
    if !Reach::load(tx, ctx)?.covers(new.role, None) {
        return Err(CreateUser::RoleNotAllowed(new.role));
    }
    let now = ctx.now();
    let user = UserRow {
        account: ctx.account,
        id: ctx.new_id(),
        identity: None,
        external_id: new.external_id.as_ref().map(|id| id.as_str().to_owned()),
        first_name: new.name.first().to_owned(),
        last_name: new.name.last().to_owned(),
        email: new.email.as_ref().map(|email| email.as_str().to_owned()),
        email_key: new.email.as_ref().map(|email| email.key().into_owned()),
        phone: new.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        notes: None,
        role: new.role.as_str().to_owned(),
        status: UserStatus::Invited.as_str().to_owned(),
        person_kind: new.kind.as_str().to_owned(),
        title: None,
        department: None,
        language: None,
        custom: None,
        version: 1,
        import: None,
        created_at: now,
        updated_at: now,
        admin_role: None,
    };
    insert(tx, std::slice::from_ref(&user))?;
    activity::record(tx, ctx, "user.create", Some(user.id.uuid()), "")?;
    Ok(user)
}
