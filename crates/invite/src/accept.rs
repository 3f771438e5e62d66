//! Accepting: from a link to a sign-in.
//!
//! Looking at a link consumes nothing, so that mail scanners may open it. Hashing takes a while on purpose and happens
//! between [`look`] and [`accept`].

mod login;

use db::{Tx, from_row, params, sql};
use directory::{Action, Actor, Ctx, activity, notifications, users};
use identity::{
    PasswordHash,
    identities::{self, Link, NewIdentity, Proven},
    rules::{self, Rules},
    sessions::Token,
    sign_in::Answer,
};
use kernel::{
    AccountId, Clock, Email, IdentityId, Ids, InvitationId, Phone, Role, Timestamp, UserId,
    full_name,
};

pub use login::{Login, NotALogin};

/// What a link offers.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The account it lets into.
    pub account: AccountId,
    /// The account's name.
    pub account_name: String,
    /// The invited person's first name.
    pub first_name: String,
    /// Their full name.
    pub name: String,
    /// Who invited them.
    pub invited_by: String,
    /// With this e-mail address or phone number they will sign in; empty when they have none in the directory and must say.
    pub login: String,
    /// Whether they chose it just now.
    pub is_chosen: bool,
    /// The account's country, whose phone numbers need no country code.
    pub country: Option<String>,
    /// Whether somebody signs in with it already: then their password is asked for, not a new one.
    pub has_sign_in: bool,
    /// What a new password has to be.
    pub rules: Rules,
    id: InvitationId,
    user: UserId,
    email: Option<Email>,
    phone: Option<Phone>,
    proven: Proven,
}

/// What became of a link.
#[derive(Clone, Debug)]
pub enum Door {
    /// It can be used.
    Open(Box<Offer>),
    /// Too much time has passed; a new one can be asked for.
    Expired {
        /// The account's name.
        account_name: String,
    },
    /// It was used: the person signs in already.
    Used,
    /// What they want to sign in with is another person's address in the account.
    Taken,
    /// It was never valid, was replaced by a newer one, taken back, or its address was changed since.
    Closed,
}

struct Found {
    account_id: AccountId,
    account_name: String,
    id: InvitationId,
    user_id: UserId,
    channel: String,
    recipient: Option<String>,
    state: String,
    expires_at: Timestamp,
    invited_by_name: String,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    status: String,
    default_country: Option<String>,
}

from_row!(Found {
    account_id,
    account_name,
    id,
    user_id,
    channel,
    recipient,
    state,
    expires_at,
    invited_by_name,
    first_name,
    last_name,
    email,
    phone,
    status,
    default_country,
});

/// Looks at a link; changes nothing.
pub fn look(tx: &mut Tx<'_>, token: &Token, now: Timestamp) -> db::Result<Door> {
    look_as(tx, token, None, now)
}

/// Looks at a link for somebody who says what they want to sign in with; that counts only if the directory has no address of theirs.
pub fn look_as(
    tx: &mut Tx<'_>,
    token: &Token,
    login: Option<&Login>,
    now: Timestamp,
) -> db::Result<Door> {
    let Some(found) = find(tx, token)? else {
        return Ok(Door::Closed);
    };
    if found.state == "accepted" {
        return Ok(Door::Used);
    }
    let address_is_same = match found.channel.as_str() {
        "email" => found.recipient == found.email,
        "sms" => found.recipient == found.phone,
        _ => true,
    };
    if found.state != "open" || found.status != "invited" || !address_is_same {
        return Ok(Door::Closed);
    }
    if found.expires_at <= now {
        return Ok(Door::Expired {
            account_name: found.account_name,
        });
    }
    let email = found
        .email
        .as_deref()
        .and_then(|email| Email::parse(email).ok());
    let phone = found
        .phone
        .as_deref()
        .and_then(|phone| Phone::parse(phone, None).ok());
    // Whoever came by SMS signs in with the number, everybody else with the address they have.
    let (email, phone, proven) = match found.channel.as_str() {
        "sms" => (None, phone, Proven::Phone),
        "email" => (email, None, Proven::Email),
        _ if email.is_some() => (email, None, Proven::Nothing),
        _ => (None, phone, Proven::Nothing),
    };
    let says = login.filter(|_| found.email.is_none() && found.phone.is_none());
    let (email, phone) = match says {
        Some(login) => (login.email.clone(), login.phone),
        None => (email, phone),
    };
    if let Some(login) = says
        && login.is_taken(tx, found.account_id, found.user_id)?
    {
        return Ok(Door::Taken);
    }
    let (login, key) = match (&email, &phone) {
        (Some(email), _) => (email.as_str().to_owned(), email.key().into_owned()),
        (None, Some(phone)) => (phone.as_str().to_owned(), phone.as_str().to_owned()),
        (None, None) => Default::default(),
    };
    let has_sign_in = !key.is_empty() && identities::find(tx, &key)?.is_some();
    Ok(Door::Open(Box::new(Offer {
        account: found.account_id,
        account_name: found.account_name,
        name: full_name(&found.first_name, &found.last_name),
        first_name: found.first_name,
        invited_by: found.invited_by_name,
        login,
        is_chosen: says.is_some(),
        country: found.default_country,
        has_sign_in,
        rules: rules::of_account(tx, found.account_id)?,
        id: found.id,
        user: found.user_id,
        email,
        phone,
        proven,
    })))
}

fn find(tx: &mut Tx<'_>, token: &Token) -> db::Result<Option<Found>> {
    tx.fetch_optional(sql!("invitations/by_token"), params![token.hash()])
}

/// How the person shows who they are.
#[derive(Debug)]
pub enum Credential<'a> {
    /// A password for a new sign-in, already hashed.
    New(&'a PasswordHash),
    /// The password of the sign-in they have, already compared.
    Known(&'a Answer),
}

/// Why a link did not let somebody in.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The link cannot be used any more: somebody was faster, or it is over. [`look`] says which.
    #[error("this link cannot be used any more")]
    Closed,
    /// Somebody signs in with this address meanwhile: their password is needed.
    #[error("somebody signs in with this address already")]
    HasSignIn,
    /// The password is not that of the sign-in.
    #[error("that is not the password of this sign-in")]
    Wrong,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Uses a link: the person signs in from now on, here and wherever else they were invited with what they have just proven.
///
/// Of many tries at once exactly one succeeds. Signing in is a step of its own: `identity::sign_in::conclude`.
pub fn accept(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    token: &Token,
    login: Option<&Login>,
    credential: &Credential<'_>,
) -> Result<(AccountId, IdentityId), AcceptError> {
    let now = clock.now();
    let Door::Open(offer) = look_as(tx, token, login, now)? else {
        return Err(AcceptError::Closed);
    };
    if offer.login.is_empty() {
        return Err(AcceptError::Closed);
    }
    // The first statement that writes: whoever comes second finds the invitation used.
    let settled = tx.execute(
        sql!("invitations/settle"),
        params![offer.account, offer.id, "accepted", now],
    )?;
    if settled == 0 {
        return Err(AcceptError::Closed);
    }
    let identity = match credential {
        Credential::New(password) => {
            let new = NewIdentity {
                email: offer.email.as_ref(),
                phone: offer.phone,
                password,
                proven: offer.proven,
            };
            identities::create(tx, ids, now, &new)?.ok_or(AcceptError::HasSignIn)?
        }
        Credential::Known(answer) => {
            let key = offer
                .email
                .as_ref()
                .map(|email| email.key().into_owned())
                .or(offer.phone.map(|phone| phone.as_str().to_owned()));
            let wanted = identities::find(tx, &key.unwrap_or_default())?;
            let identity = answer
                .proven()
                .filter(|identity| Some(*identity) == wanted)
                .ok_or(AcceptError::Wrong)?;
            identities::prove(tx, identity, offer.proven, now)?;
            identity
        }
    };
    if !identities::join(tx, now, identity, offer.account, offer.user)? {
        return Err(AcceptError::Closed);
    }
    let ctx = Ctx {
        account: offer.account,
        actor: Actor::new(Some(offer.user), &offer.name, Role::User),
        clock: clock.clone(),
        ids: ids.clone(),
    };
    if let Some(login) = login {
        login.fill_in(tx, offer.account, offer.user, now)?;
    }
    activity::record(tx, &ctx, "invitation.accept", Some(offer.user.uuid()), "")?;
    join_pending(tx, now, identity, &offer)?;
    Ok((offer.account, identity))
}

/// Pending turns active wherever exactly this address or number was invited (S0.27).
fn join_pending(
    tx: &mut Tx<'_>,
    now: Timestamp,
    identity: IdentityId,
    offer: &Offer,
) -> db::Result<()> {
    let recipient = match offer.proven {
        Proven::Email => offer.email.as_ref().map(|email| email.as_str().to_owned()),
        Proven::Phone => offer.phone.map(|phone| phone.as_str().to_owned()),
        Proven::Nothing => None,
    };
    let Some(recipient) = recipient else {
        return Ok(());
    };
    let pending: Vec<(AccountId, InvitationId, UserId)> =
        tx.fetch(sql!("invitations/pending"), params![recipient, now])?;
    for (account, id, user) in pending {
        tx.execute(
            sql!("invitations/settle"),
            params![account, id, "accepted", now],
        )?;
        identities::join_many(tx, now, account, &[Link { user, identity }])?;
    }
    Ok(())
}

/// Somebody with an expired link asks for a new one: whoever invited them is told, once for each link.
pub fn ask_again(tx: &mut Tx<'_>, clock: &Clock, ids: &Ids, token: &Token) -> db::Result<bool> {
    let now = clock.now();
    let Some(found) =
        find(tx, token)?.filter(|found| found.state == "open" && found.expires_at <= now)
    else {
        return Ok(false);
    };
    let name = full_name(&found.first_name, &found.last_name);
    let ctx = Ctx {
        account: found.account_id,
        actor: Actor::new(Some(found.user_id), &name, Role::User),
        clock: clock.clone(),
        ids: ids.clone(),
    };
    // The link is spent by this: asking twice tells nobody twice.
    if tx.execute(
        sql!("invitations/settle"),
        params![found.account_id, found.id, "withdrawn", now],
    )? == 0
    {
        return Ok(false);
    }
    activity::record(
        tx,
        &ctx,
        "invitation.ask",
        Some(found.user_id.uuid()),
        "the link had expired",
    )?;
    let text = format!("{name} asks for a new invitation: the link had expired.");
    for administrator in users::administrators(tx, found.account_id, Action::InviteUsers)? {
        notifications::add(
            tx,
            &ctx,
            administrator.id,
            "invitation.ask",
            Some(found.user_id.uuid()),
            &text,
        )?;
    }
    Ok(true)
}
