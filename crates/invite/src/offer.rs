//! Making invitations: rows with the hash of a new link, and the messages that carry the links.

use db::{Tx, bulk, params, sql};
use delivery::{
    Parameters, Purpose,
    messages::{self, NewMessage},
};
use directory::{Ctx, users};
use identity::sessions::Token;
use kernel::{AccountId, InvitationId, MessageId, Timestamp, UserId, WaveId, full_name};

use crate::{invitation::Channel, settings::InvitationSettings};

/// Whom an offer is for, as far as making it needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    pub(crate) user: UserId,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) language: Option<String>,
    pub(crate) channel: Channel,
    /// The address; none for a link that is handed over.
    pub(crate) recipient: Option<String>,
    /// So many offers were made before this one.
    pub(crate) offers_before: i64,
    /// What a reminder goes on with.
    pub(crate) carried: Option<Carried>,
}

/// What an offer takes over from the one it reminds of.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) wave: Option<WaveId>,
    pub(crate) offered_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) remind_at: Option<Timestamp>,
    pub(crate) reminders_sent: i64,
    pub(crate) invited_by: Option<UserId>,
    pub(crate) invited_by_name: String,
}

/// What is the same for all offers made at once.
#[derive(Clone, Debug)]
pub(crate) struct Terms<'a> {
    pub(crate) delivery: &'a delivery::Settings,
    pub(crate) settings: &'a InvitationSettings,
    pub(crate) account_name: &'a str,
    pub(crate) purpose: Purpose,
    pub(crate) wave: Option<WaveId>,
    /// Not sent before this moment.
    pub(crate) send_at: Timestamp,
}

struct Row {
    account_id: AccountId,
    id: InvitationId,
    user_id: UserId,
    channel: Channel,
    recipient: Option<String>,
    token_hash: [u8; 32],
    state: &'static str,
    message_id: Option<MessageId>,
    wave_id: Option<WaveId>,
    number: i64,
    invited_by: Option<UserId>,
    invited_by_name: String,
    created_at: Timestamp,
    offered_at: Timestamp,
    expires_at: Timestamp,
    remind_at: Option<Timestamp>,
    reminders_sent: i64,
}

bulk!(Row => "invitations" {
    account_id, id, user_id, channel, recipient, token_hash, state, message_id, wave_id, number, invited_by,
    invited_by_name, created_at, offered_at, expires_at, remind_at,
    reminders_sent
});

/// Makes an offer to each guest; links that were open before no longer work. Returns the new links, in the same order.
pub(crate) fn make(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    terms: &Terms<'_>,
    guests: &[Guest],
) -> db::Result<Vec<String>> {
    let now = ctx.now();
    users::stage_ids(tx, guests.iter().map(|guest| guest.user))?;
    tx.execute(
        sql!("invitations/withdraw_messages_of_staged"),
        params![ctx.account, now],
    )?;
    tx.execute(
        sql!("invitations/replace_staged"),
        params![ctx.account, now],
    )?;
    let mut rows = Vec::with_capacity(guests.len());
    let mut post = Vec::with_capacity(guests.len());
    let mut links = Vec::with_capacity(guests.len());
    let begin = terms.send_at.max(now);
    for guest in guests {
        let token = Token::random();
        let link = terms.delivery.link(&format!("/join/{}", token.reveal()));
        let id: InvitationId = ctx.new_id();
        let carried = guest.carried.clone().unwrap_or_else(|| Carried {
            wave: terms.wave,
            offered_at: begin,
            expires_at: terms.settings.expires_at(begin),
            remind_at: terms
                .settings
                .reminder_at(begin, 0)
                .filter(|_| guest.channel != Channel::Link),
            reminders_sent: 0,
            invited_by: ctx.actor.user,
            invited_by_name: ctx.actor.name.clone(),
        });
        let message = message(ctx, terms, guest, &carried, id, &link);
        rows.push(Row {
            account_id: ctx.account,
            id,
            user_id: guest.user,
            channel: guest.channel,
            recipient: guest.recipient.clone(),
            token_hash: token.hash(),
            state: "open",
            message_id: message.as_ref().map(|message| message.id),
            wave_id: carried.wave,
            number: guest.offers_before + 1,
            invited_by: carried.invited_by,
            invited_by_name: carried.invited_by_name,
            created_at: now,
            offered_at: carried.offered_at,
            expires_at: carried.expires_at,
            remind_at: carried.remind_at,
            reminders_sent: carried.reminders_sent,
        });
        post.extend(message);
        links.push(link);
    }
    tx.bulk(&rows)?;
    messages::queue(tx, &post)?;
    Ok(links)
}

fn message(
    ctx: &Ctx,
    terms: &Terms<'_>,
    guest: &Guest,
    carried: &Carried,
    id: InvitationId,
    link: &str,
) -> Option<NewMessage> {
    let channel = match guest.channel {
        Channel::Email => delivery::Channel::Email,
        Channel::Sms => delivery::Channel::Sms,
        Channel::Link => return None,
    };
    let now = ctx.now();
    Some(NewMessage {
        id: ctx.new_id(),
        account: ctx.account,
        channel,
        purpose: terms.purpose,
        language: guest.language.clone(),
        subject: Some(id.uuid()),
        recipient: guest.recipient.clone()?,
        parameters: Parameters {
            account: terms.account_name.to_owned(),
            name: full_name(&guest.first_name, &guest.last_name),
            first_name: guest.first_name.clone(),
            sender: carried.invited_by_name.clone(),
            days: days_until(carried.expires_at, terms.send_at.max(now)),
            list: Vec::new(),
        },
        link: Some(link.to_owned()),
        due_at: terms.send_at.max(now),
        created_at: now,
    })
}

/// Days until a moment, the last one counted whole.
fn days_until(end: Timestamp, now: Timestamp) -> i64 {
    const DAY: u64 = 24 * 60 * 60;
    i64::try_from(end.since(now).as_secs().div_ceil(DAY))
        .unwrap_or(1)
        .max(1)
}
