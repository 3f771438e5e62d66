//! Telling a person by e-mail that their sign-in was changed, so that a stranger's change does not stay unseen.

use db::{Tx, from_row, params, sql};
use delivery::{
    Channel, Parameters, Purpose,
    messages::{self, NewMessage},
};
use directory::{Actor, Ctx};
use kernel::{AccountId, Clock, IdentityId, Ids, Role, UserId};

/// An identity as a person, in the account they belong to longest.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) account_id: AccountId,
    pub(crate) user_id: UserId,
    pub(crate) account_name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    role: String,
    pub(crate) language: Option<String>,
}

from_row!(Person {
    email,
    phone,
    account_id,
    user_id,
    account_name,
    first_name,
    last_name,
    role,
    language
});

impl Person {
    /// None if the identity is active nowhere.
    pub(crate) fn find(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<Option<Self>> {
        tx.fetch_optional(sql!("identities/person"), params![identity])
    }

    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }

    /// The surroundings of what they do themselves.
    pub(crate) fn ctx(&self, clock: &Clock, ids: &Ids) -> Ctx {
        Ctx {
            account: self.account_id,
            actor: Actor {
                user: Some(self.user_id),
                name: self.full_name(),
                role: Role::parse(&self.role).unwrap_or(Role::User),
            },
            clock: clock.clone(),
            ids: ids.clone(),
        }
    }

    /// Queues the message that says what was changed; somebody without e-mail has none to get.
    pub(crate) fn tell(&self, tx: &mut Tx<'_>, ctx: &Ctx, changed: &str) -> db::Result<()> {
        let Some(email) = self.email.clone() else {
            return Ok(());
        };
        let message = NewMessage {
            id: ctx.new_id(),
            account: self.account_id,
            channel: Channel::Email,
            purpose: Purpose::SecurityNotice,
            language: self.language.clone(),
            subject: None,
            recipient: email,
            parameters: Parameters {
                account: self.account_name.clone(),
                name: self.full_name(),
                first_name: self.first_name.clone(),
                list: vec![changed.to_owned()],
                ..Parameters::default()
            },
            link: None,
            due_at: ctx.now(),
            created_at: ctx.now(),
        };
        messages::queue(tx, &[message]).map(drop)
    }
}
