//! What pages and programs do with one text: looking, changing, going back, and trying it out.

use db::Tx;
use delivery::{
    Channel, Parameters, Purpose, SecurityChange,
    messages::{self, NewMessage},
    templates::{self, Template, TemplateError},
};
use directory::{
    Action, Ctx, Forbidden, accounts, activity,
    users::{self, UserRow},
};
use kernel::{MessageId, Timestamp, UserId};

use super::TextKey;
use crate::outbox::{channel_name, language_name, purpose_name};

/// A text as messages are made from it.
pub(crate) struct Text {
    pub(crate) template: Template,
    /// When the account's own was changed; none for the product's.
    pub(crate) seen: Option<Timestamp>,
}

/// Why nothing was done with a text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TextRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It cannot be stored.
    #[error(transparent)]
    Text(#[from] TemplateError),
    /// An example goes by e-mail, to whoever asks for it.
    #[error("an example goes by e-mail to your own address, and there is none")]
    NoAddress,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// The text of the account, or the product's.
pub(crate) fn find(tx: &mut Tx<'_>, ctx: &Ctx, key: &TextKey) -> Result<Text, TextRefusal> {
    ctx.require(Action::EditSettings)?;
    let (purpose, channel, language) = (key.purpose, key.channel, key.language);
    let own = templates::find_own(tx, ctx.account, purpose, channel, language)?;
    if let Some(own) = own {
        return Ok(Text {
            template: own.template,
            seen: Some(own.updated_at),
        });
    }
    let template = templates::find(tx, ctx.account, purpose, channel, language)?;
    Ok(Text {
        template: template.ok_or(TemplateError::UnknownMessage)?,
        seen: None,
    })
}

/// Stores a text of the account's own, if the one it was made from is still there.
pub(crate) fn store(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    key: &TextKey,
    template: &Template,
    seen: Option<Timestamp>,
) -> Result<(), TextRefusal> {
    ctx.require(Action::EditSettings)?;
    let kind = (key.purpose, key.channel);
    templates::store(tx, ctx.account, ctx.now(), kind, template, seen)?;
    note(tx, ctx, "text.changed", key)
}

/// Goes back to the product's text.
pub(crate) fn reset(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    key: &TextKey,
    seen: Timestamp,
) -> Result<(), TextRefusal> {
    ctx.require(Action::EditSettings)?;
    let (purpose, channel, language) = (key.purpose, key.channel, key.language);
    templates::reset(tx, ctx.account, purpose, channel, language, seen)?;
    note(tx, ctx, "text.reset", key)
}

/// Sends the text as it is stored to whoever asks for it.
pub(crate) fn send(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    key: &TextKey,
    link: String,
) -> Result<MessageId, TextRefusal> {
    ctx.require(Action::EditSettings)?;
    let who = ctx.actor.user.ok_or(TextRefusal::NoAddress)?;
    let email = users::find(tx, ctx.account, who)?.and_then(|record| record.user.email);
    let recipient = email
        .filter(|_| key.channel == Channel::Email)
        .ok_or(TextRefusal::NoAddress)?;
    let message = NewMessage {
        id: ctx.new_id::<MessageId>(),
        account: ctx.account,
        channel: key.channel,
        purpose: key.purpose,
        language: Some(key.language.to_owned()),
        subject: None,
        recipient,
        parameters: example(tx, ctx, key)?,
        link: Some(link),
        due_at: ctx.now(),
        created_at: ctx.now(),
    };
    messages::queue(tx, std::slice::from_ref(&message))?;
    Ok(message.id)
}

/// Values to look at a text with: those of whoever looks.
pub(crate) fn example(tx: &mut Tx<'_>, ctx: &Ctx, key: &TextKey) -> db::Result<Parameters> {
    let changed = [SecurityChange::Password.in_words(key.language)];
    let list: &[&str] = match key.purpose {
        Purpose::Access => &["Main gate", "Side door"],
        Purpose::SecurityNotice => &changed,
        Purpose::Documents => &["Permit 7 (Work permits)"],
        Purpose::Notifications => &["Import 12 of people.csv is paused."],
        Purpose::Bounces => &["thandi@example.com: There is no mailbox with this address."],
        Purpose::Invitation
        | Purpose::Reminder
        | Purpose::PasswordReset
        | Purpose::EarlyAccess
        | Purpose::OwnData => &[],
    };
    let who: Option<UserId> = ctx.actor.user;
    let who = who
        .map(|who| users::find(tx, ctx.account, who))
        .transpose()?;
    let user = who.flatten().map(|record| record.user);
    let name = user.as_ref().map_or_else(String::new, UserRow::full_name);
    Ok(Parameters {
        account: accounts::get(tx, ctx.account)?.name,
        sender: name.clone(),
        first_name: user.map_or_else(String::new, |user| user.first_name),
        name,
        days: 7,
        list: list.iter().map(|line| (*line).to_owned()).collect(),
    })
}

fn note(tx: &mut Tx<'_>, ctx: &Ctx, action: &str, key: &TextKey) -> Result<(), TextRefusal> {
    let details = format!(
        "{} by {} in {}",
        purpose_name(key.purpose),
        channel_name(key.channel),
        language_name(key.language)
    );
    activity::record(tx, ctx, action, None, &details).map_err(TextRefusal::Db)
}
