//! The first person of an account: an account together with the owner who signs in to it.

use db::{Tx, params, sql};
use directory::{
    Actor, Ctx,
    accounts::{self, Account, AccountError, NewAccount},
    activity,
    users::{self, UserRow},
};
use kernel::{
    Clock, Email, IdentityId, Ids, PersonKind, PersonName, Role, Timestamp, UserId, UserStatus,
};

use crate::{
    PasswordHash,
    identities::{self, NewIdentity, Proven},
};

/// What a new account and its owner begin with.
#[derive(Clone, Debug)]
pub struct NewOwner {
    /// The account.
    pub account: NewAccount,
    /// The owner's name.
    pub name: PersonName,
    /// The owner's e-mail address, with which they sign in.
    pub email: Email,
    /// The owner's password, already hashed.
    pub password: PasswordHash,
}

/// Why an account could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUp {
    /// There is an account already; the set-up page is only for the first.
    #[error("this installation is already set up")]
    Done,
    /// The account's name is not acceptable.
    #[error(transparent)]
    Account(AccountError),
    /// Somebody signs in with this e-mail address already.
    #[error("somebody already signs in with this e-mail address")]
    EmailTaken,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<AccountError> for SetUp {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Db(error) => Self::Db(error),
            error => Self::Account(error),
        }
    }
}

/// Whether there is no account yet.
pub fn is_needed(tx: &mut Tx<'_>) -> db::Result<bool> {
    accounts::list(tx).map(|accounts| accounts.is_empty())
}

/// Creates the installation's first account; refuses when there is one.
pub fn first(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    new: &NewOwner,
) -> Result<(Account, UserId), SetUp> {
    // Two browsers may send the form at once. Both would see no account, so they first queue up
    // behind a row with a key no address can have; it leaves with the transaction.
    let queue: IdentityId = ids.next(clock.now());
    tx.execute(
        sql!("identities/insert"),
        params![
            queue,
            None::<String>,
            "set-up",
            None::<String>,
            None::<String>,
            None::<Timestamp>,
            None::<Timestamp>,
            clock.now()
        ],
    )?;
    if !is_needed(tx)? {
        return Err(SetUp::Done);
    }
    let made = account(tx, clock, ids, new)?;
    tx.execute(sql!("identities/delete"), params![queue])?;
    Ok(made)
}

/// Creates an account with its owner.
pub fn account(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    new: &NewOwner,
) -> Result<(Account, UserId), SetUp> {
    let account = accounts::create(tx, clock, ids, &new.account)?;
    let now = clock.now();
    // The operator vouches for the first person's address.
    let made = identities::create(
        tx,
        ids,
        now,
        &NewIdentity {
            email: Some(&new.email),
            phone: None,
            password: &new.password,
            proven: Proven::Email,
        },
    )?;
    let identity = made.ok_or(SetUp::EmailTaken)?;
    let owner = owner_row(&account, identity, clock, ids, new);
    users::insert(tx, std::slice::from_ref(&owner))?;
    let ctx = Ctx {
        account: account.id,
        actor: Actor::new(Some(owner.id), owner.full_name(), Role::Owner),
        clock: clock.clone(),
        ids: ids.clone(),
    };
    activity::record(
        tx,
        &ctx,
        "account.create",
        Some(account.id.uuid()),
        &account.name,
    )?;
    Ok((account, owner.id))
}

fn owner_row(
    account: &Account,
    identity: IdentityId,
    clock: &Clock,
    ids: &Ids,
    new: &NewOwner,
) -> UserRow {
    let now = clock.now();
    UserRow {
        account: account.id,
        id: ids.next(now),
        identity: Some(identity),
        external_id: None,
        first_name: new.name.first().to_owned(),
        last_name: new.name.last().to_owned(),
        email: Some(new.email.as_str().to_owned()),
        email_key: Some(new.email.key().into_owned()),
        phone: None,
        notes: None,
        role: Role::Owner.as_str().to_owned(),
        status: UserStatus::Active.as_str().to_owned(),
        person_kind: PersonKind::Employee.as_str().to_owned(),
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
