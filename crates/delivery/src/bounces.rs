//! Mail that comes back: delivery status notifications (RFC 3464), by pipe or over HTTP.
//!
//! Only a report that names one of our messages and says `failed` changes anything: a delay disables nobody, and the
//! automatic answer of somebody on holiday is no bounce.

use db::{Tx, params, sql};
use kernel::{Ids, MessageId, Timestamp};
use mail_parser::{Message, MessageParser, MimeHeaders};
use uuid::Uuid;

use crate::{messages, words};

/// A longer mail is not looked at.
pub const LONGEST: usize = 10 * 1024 * 1024;
const LONGEST_REPLY: usize = 300;

/// What a returned mail was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// A message of ours will never arrive.
    Bounced(MessageId),
    /// A message of ours that is known as bounced already, or is not known here.
    NotOurs,
    /// A delay, an automatic answer, or any other mail.
    Nothing,
}

/// Reads a mail as it came in; `recipient` is the address it was delivered to, if the mail server says so.
pub fn receive(
    tx: &mut Tx<'_>,
    ids: &Ids,
    now: Timestamp,
    mail: &[u8],
    recipient: Option<&str>,
) -> db::Result<Returned> {
    let Some(report) = read(mail, recipient) else {
        return Ok(Returned::Nothing);
    };
    let found: Option<(kernel::AccountId,)> = tx.fetch_optional(
        sql!("messages/bounce"),
        params![report.message, report.reason, report.reply, now],
    )?;
    let Some((account,)) = found else {
        return Ok(Returned::NotOurs);
    };
    messages::announce_bounces(tx, ids, account, now)?;
    Ok(Returned::Bounced(report.message))
}

struct Report {
    message: MessageId,
    reason: &'static str,
    reply: String,
}

fn read(mail: &[u8], recipient: Option<&str>) -> Option<Report> {
    if mail.len() > LONGEST {
        return None;
    }
    let parsed = MessageParser::default().parse(mail)?;
    let status = parts(&parsed)
        .find(|(kind, _)| kind == "message/delivery-status")
        .map(|(_, text)| text)?;
    // The first group is about the report itself; each other one about a recipient.
    let group = status.split("\n\n").skip(1).find(|group| {
        field(group, "action").is_some_and(|action| action.eq_ignore_ascii_case("failed"))
    })?;
    let status = field(group, "status").unwrap_or_default();
    if status.starts_with('2') {
        return None;
    }
    let diagnosis = field(group, "diagnostic-code").unwrap_or_default();
    let message = named(&parsed, recipient)?;
    let reply: String = format!("{status} {diagnosis}")
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_REPLY)
        .collect();
    Some(Report {
        message,
        reason: words::refusal(words::status(&status), &diagnosis),
        reply: reply.trim().to_owned(),
    })
}

/// Content types and texts of all parts.
fn parts<'m>(mail: &'m Message<'_>) -> impl Iterator<Item = (String, String)> + 'm {
    mail.parts.iter().map(|part| {
        let kind = part.content_type().map(|kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        });
        let text = String::from_utf8_lossy(part.contents()).replace("\r\n", "\n");
        (kind.unwrap_or_default().to_ascii_lowercase(), text)
    })
}

/// A field of a group, with its continued lines in one.
fn field(group: &str, name: &str) -> Option<String> {
    let mut lines = group.lines().skip_while(|line| {
        line.split_once(':')
            .is_none_or(|(key, _)| !key.trim().eq_ignore_ascii_case(name))
    });
    let mut value = lines.next()?.split_once(':')?.1.trim().to_owned();
    for line in lines.take_while(|line| line.starts_with([' ', '\t'])) {
        value.push(' ');
        value.push_str(line.trim());
    }
    Some(value)
}

/// Which message it is about: by the return path of its own, or by the Message-ID that was sent back.
fn named(mail: &Message<'_>, recipient: Option<&str>) -> Option<MessageId> {
    let headers = ["Delivered-To", "X-Original-To", "To"];
    let to = headers.iter().filter_map(|name| mail.header_raw(*name));
    let by_return_path = recipient.into_iter().chain(to).find_map(|address| {
        let local = address.split('@').next()?;
        local.rsplit_once('+').and_then(|(_, id)| id_of(id))
    });
    by_return_path.or_else(|| {
        let returned = parts(mail).filter(|(kind, _)| {
            matches!(
                kind.as_str(),
                "message/rfc822" | "text/rfc822-headers" | "message/global"
            )
        });
        returned.into_iter().find_map(|(_, text)| {
            let head = text.split("\n\n").next()?;
            let id = field(head, "message-id")?;
            id_of(id.trim_start_matches('<').split('@').next()?)
        })
    })
}

fn id_of(text: &str) -> Option<MessageId> {
    (text.len() == 32)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
        .map(MessageId::from_uuid)
}
