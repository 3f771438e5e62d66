//! One message as its recipient gets it, what became of it, and taking it back.

use askama::Template;
use axum::{
    extract::State,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use db::Tx;
use delivery::{
    Channel, MessageState, Rendered,
    messages::{self, Message},
};
use directory::{Action, Ctx, accounts, activity};
use kernel::{MessageId, Role};

use super::words::{channel_name, known, language_name, purpose_name};
use crate::{
    app::App,
    badge::Badge,
    extract::Id,
    failure::Failure,
    format::{Moment, counted, moment, zone},
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

/// A letter may have styles of its own, and nothing else: no scripts, no pictures, no way out but a click.
const LETTER_POLICY: &str = "default-src 'none'; style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; sandbox";

#[derive(Template)]
#[template(path = "outbox/show.html")]
pub(crate) struct MessagePage {
    shell: Shell,
    id: MessageId,
    recipient: String,
    badge: Badge,
    purpose: &'static str,
    channel: &'static str,
    language: &'static str,
    reason: Option<String>,
    reply: Option<String>,
    created: Moment,
    settled: Option<Moment>,
    waits_until: Option<Moment>,
    tries: Option<String>,
    letter: Option<Rendered>,
    is_mail: bool,
    hides_link: bool,
    /// When the text and the address were taken away.
    forgotten: Option<Moment>,
    may_withdraw: bool,
}

/// `GET /outbox/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<MessageId>,
) -> Result<Page<MessagePage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id))
        .await
        .map(Page)
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, id: MessageId) -> Result<MessagePage, Failure> {
    let (message, letter, hides_link) = found(tx, visitor, id)?;
    let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
    let waits = message.state == MessageState::Queued;
    Ok(MessagePage {
        shell: Shell::load(tx, visitor, Section::Outbox)?,
        id,
        badge: Badge::from(message.state),
        purpose: purpose_name(message.purpose),
        channel: channel_name(message.channel),
        language: language_name(delivery::language_for(Some(&message.language))),
        reason: message.reason,
        reply: message.reply,
        created: moment(message.created_at, &zone),
        settled: message.settled_at.map(|at| moment(at, &zone)),
        waits_until: waits.then(|| moment(message.due_at, &zone)),
        tries: (message.attempts > 0).then(|| counted(message.attempts, "time", "times")),
        is_mail: message.channel == Channel::Email,
        letter,
        hides_link,
        forgotten: message.forgotten_at.map(|at| moment(at, &zone)),
        may_withdraw: waits && visitor.ctx.may(Action::EditUsers),
        recipient: known(message.recipient),
    })
}

/// The message with its text as this visitor may see it, and whether a link is kept from them.
fn found(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: MessageId,
) -> Result<(Message, Option<Rendered>, bool), Failure> {
    visitor.ctx.require(Action::ViewOutbox)?;
    let account = visitor.session.account;
    let message = messages::find(tx, account, id)?.ok_or(Failure::NotFound)?;
    let had_link = message.link.is_some();
    let message = message.seen_by(visitor.session.role == Role::Owner);
    let letter = messages::content(tx, account, &message)?;
    let hides_link = had_link && message.link.is_none();
    Ok((message, letter, hides_link))
}

/// `GET /outbox/{id}/html`: the letter as a mail program shows it.
pub(crate) async fn html(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<MessageId>,
) -> Result<Response, Failure> {
    let (message, letter, _) = app.db.read(move |tx| found(tx, &visitor, id)).await?;
    let letter = letter
        .filter(|_| message.channel == Channel::Email)
        .ok_or(Failure::NotFound)?;
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, LETTER_POLICY),
    ];
    Ok((headers, letter.html).into_response())
}

/// A message that has left, or was kept here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooLate;

/// Takes a message back that waits; one that was taken back already stays so.
pub(crate) fn take_back(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: MessageId,
) -> Result<Result<(), TooLate>, Failure> {
    ctx.require_for_all(Action::EditUsers)?;
    let message = messages::find(tx, ctx.account, id)?.ok_or(Failure::NotFound)?;
    if !messages::withdraw_one(tx, ctx.account, id, ctx.now())? {
        let is_withdrawn = message.state == MessageState::Withdrawn;
        return Ok(if is_withdrawn { Ok(()) } else { Err(TooLate) });
    }
    let what = purpose_name(message.purpose);
    activity::record(tx, ctx, "message.withdrawn", Some(id.uuid()), what)?;
    Ok(Ok(()))
}

/// `POST /outbox/{id}/withdraw`
pub(crate) async fn withdraw(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<MessageId>,
) -> Result<Response, Failure> {
    let taken = app
        .db
        .write(move |tx| take_back(tx, &visitor.ctx, id))
        .await?;
    let link = format!("/outbox/{id}");
    if taken.is_ok() {
        return Ok(see_other(&link));
    }
    Err(Failure::Conflict {
        title: "It is too late".to_owned(),
        message: "The message has left already, or was kept here, and cannot be taken back."
            .to_owned(),
        link,
    })
}
