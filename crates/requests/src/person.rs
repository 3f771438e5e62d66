//! Whom a request is about, and how they are written to.

use db::{Tx, from_row, params, sql};
use delivery::{Channel, Parameters, Purpose, messages::NewMessage};
use directory::{Ctx, accounts::Account};
use kernel::UserId;
use uuid::Uuid;

/// Somebody who belongs to the account now.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) language: Option<String>,
}

from_row!(Person {
    first_name,
    last_name,
    email,
    phone,
    language
});

/// What a message is about, whoever gets it.
#[derive(Debug)]
pub(crate) struct Letter<'a> {
    pub(crate) account: &'a Account,
    pub(crate) purpose: Purpose,
    pub(crate) about: Option<Uuid>,
    pub(crate) link: String,
    pub(crate) days: i64,
}

/// Invited or active, or nobody.
pub(crate) fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> db::Result<Option<Person>> {
    tx.fetch_optional(sql!("people/find"), params![ctx.account, id])
}

impl Person {
    /// How they are reached: by e-mail, by SMS if the message has a text for that, or not at all.
    pub(crate) fn reached(&self, by_sms_too: bool) -> Option<(Channel, String)> {
        let mail = self.email.clone().map(|email| (Channel::Email, email));
        let phone = self.phone.clone().filter(|_| by_sms_too);
        mail.or_else(|| phone.map(|phone| (Channel::Sms, phone)))
    }

    /// A message to them.
    pub(crate) fn letter(
        &self,
        ctx: &Ctx,
        (channel, recipient): (Channel, String),
        letter: &Letter<'_>,
    ) -> NewMessage {
        let name = format!("{} {}", self.first_name, self.last_name);
        NewMessage {
            id: ctx.new_id(),
            account: ctx.account,
            channel,
            purpose: letter.purpose,
            language: self.language.clone(),
            subject: letter.about,
            recipient,
            parameters: Parameters {
                account: letter.account.name.clone(),
                name: name.trim().to_owned(),
                first_name: self.first_name.clone(),
                sender: ctx.actor.name.clone(),
                days: letter.days,
                list: Vec::new(),
            },
            link: Some(letter.link.clone()),
            due_at: ctx.now(),
            created_at: ctx.now(),
        }
    }
}
