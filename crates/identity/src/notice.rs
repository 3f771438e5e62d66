//! Telling a person that their sign-in was changed, so that a stranger's change does not stay unseen: by e-mail, and
//! as a notification in every account they belong to.

use db::{Tx, from_row, params, sql};
use delivery::{
    Channel, Parameters, Purpose, SecurityChange, language_for,
    messages::{self, NewMessage},
};
use directory::{Actor, Ctx, notifications};
use kernel::{AccountId, Clock, IdentityId, Ids, Role, UserId, full_name};

use crate::accounts;

/// An identity as a person, in the account they belong to longest.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: IdentityId,
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
    id,
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
        full_name(&self.first_name, &self.last_name)
    }

    /// The surroundings of what they do themselves.
    pub(crate) fn ctx(&self, clock: &Clock, ids: &Ids) -> Ctx {
        Ctx {
            account: self.account_id,
            actor: Actor::new(
                Some(self.user_id),
                self.full_name(),
                Role::parse(&self.role).unwrap_or(Role::User),
            ),
            clock: clock.clone(),
            ids: ids.clone(),
        }
    }

    /// Says what was changed.
    pub(crate) fn tell(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        change: SecurityChange,
    ) -> db::Result<()> {
        let text = format!(
            "{} If it was not you, reset your password at once and tell an administrator.",
            change.in_words("en")
        );
        for member in accounts::list(tx, self.id)? {
            let there = Ctx {
                account: member.account,
                ..ctx.clone()
            };
            notifications::add(tx, &there, member.user, "security.changed", None, &text)?;
        }
        self.send(tx, ctx, change)
    }

    /// Queues the message; somebody without e-mail has none to get.
    fn send(&self, tx: &mut Tx<'_>, ctx: &Ctx, change: SecurityChange) -> db::Result<()> {
        let Some(email) = self.email.clone() else {
            return Ok(());
        };
        let changed = change.in_words(language_for(self.language.as_deref()));
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
