//! One card: whose it is, how it stands, what happened to it, and a plain print of it.

use askama::Template;
use axum::extract::State;
use db::Tx;
use directory::{
    accounts,
    cards::{self, CardSettings, Event, EventKind, standing},
};
use jiff::tz::TimeZone;
use kernel::{CardId, CardState, CardType, UserId};

use super::{badge, list::Line, refused};
use crate::{
    app::App,
    extract::Id,
    failure::Failure,
    format::{Moment, moment, zone},
    guard::Visitor,
    page::{Page, Section, Shell},
    photos::large_link,
    qr::code,
};

#[derive(Template)]
#[template(path = "cards/show.html")]
pub(crate) struct CardPage {
    shell: Shell,
    line: Line,
    state: CardState,
    needs_number: bool,
    /// The whole number, on the page that is noted in the log.
    number: Option<String>,
    code: Option<String>,
    made: Moment,
    events: Vec<EventLine>,
    owners: Vec<OwnerLine>,
}

struct EventLine {
    what: &'static str,
    by: String,
    at: Moment,
    former: Option<(UserId, String)>,
    holder: Option<(UserId, String)>,
}

struct OwnerLine {
    card: CardId,
    name: String,
    state: &'static str,
    since: Moment,
    is_this: bool,
}

/// `GET /cards/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<CardId>,
) -> Result<Page<CardPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id, None).map(Page))
        .await
}

/// `POST /cards/{id}/show`
///
/// The number is in the answer itself: no address holds it, and it is noted who has seen it.
pub(crate) async fn reveal(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<CardId>,
) -> Result<Page<CardPage>, Failure> {
    app.db
        .write(move |tx| {
            let number = cards::note_shown(tx, &visitor.ctx, id)
                .map_err(|error| refused(error, "/cards"))?;
            page(tx, &visitor, id, Some(number)).map(Page)
        })
        .await
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: CardId,
    number: Option<String>,
) -> Result<CardPage, Failure> {
    let (account, now) = (visitor.session.account, visitor.ctx.now());
    let found = cards::see(tx, &visitor.ctx, id).map_err(|refusal| refused(refusal, "/cards"))?;
    let found = found.ok_or(Failure::NotFound)?;
    let zone = zone(&accounts::get(tx, account)?.time_zone);
    let settings = CardSettings::load(tx, account)?;
    let kind = found.card.kind();
    let events = cards::history(tx, &visitor.ctx, &found.card)?;
    let owners = cards::owners(tx, &visitor.ctx, &found.card)?;
    let holder = found.card.user;
    let photo = large_link(tx, account, holder, &format!("/users/{holder}/photo"))?;
    Ok(CardPage {
        shell: Shell::load(tx, visitor, Section::Cards)?,
        line: Line::of(&found, settings, photo, &zone, now),
        state: standing(&found.card, now),
        needs_number: kind == CardType::Rf,
        // A card that is read by radio has nothing to be scanned.
        code: number
            .as_deref()
            .filter(|_| kind != CardType::Rf)
            .and_then(code),
        number,
        made: moment(found.card.created_at, &zone),
        events: events
            .into_iter()
            .map(|event| event_line(event, &zone))
            .collect(),
        owners: owners
            .into_iter()
            .map(|owner| OwnerLine {
                card: owner.card,
                name: owner
                    .holder
                    .map_or_else(|| "Nobody known".to_owned(), |holder| holder.1),
                state: badge(owner.state).text,
                since: moment(owner.since, &zone),
                is_this: owner.card == id,
            })
            .collect(),
    })
}

fn event_line(event: Event, zone: &TimeZone) -> EventLine {
    EventLine {
        what: match (event.kind, event.state) {
            (EventKind::Add, CardState::Reserved) => "Reserved",
            (EventKind::Add, _) => "Made and issued",
            (EventKind::Issue, _) => "Issued",
            (EventKind::Activate, _) => "Activated by its holder",
            (EventKind::Pause, _) => "Paused",
            (EventKind::Resume, _) => "Resumed",
            (EventKind::Revoke, _) => "Revoked",
            (EventKind::Replace, _) => "Revoked and replaced",
            (EventKind::Move, _) => "Moved",
            (EventKind::Expire, _) => "Expired",
        },
        by: event.by,
        at: moment(event.at, zone),
        former: event.former,
        holder: event.holder,
    }
}
