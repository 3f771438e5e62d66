//! The front page of the wizard: three rows that say what is chosen so far (S0.11), and what was sent before.

use admit::{Draft, DraftState};
use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use directory::accounts;
use jiff::tz::TimeZone;
use kernel::InviteDraftId;
use serde::Deserialize;

use super::{
    frame::{Step, access_words, device_words, people_words},
    refused, sent_or,
};
use crate::{
    app::App,
    badge::Badge,
    extract::{Form, Id},
    failure::Failure,
    format::{Moment, moment, zone},
    guard::Visitor,
    icon::Icon,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "invite/overview.html")]
pub(crate) struct OverviewPage {
    shell: Shell,
    draft: Option<InviteDraftId>,
    rows: Vec<Row>,
    /// What is missing before the draft can be checked and sent.
    missing: Option<&'static str>,
    sent: Vec<SentLine>,
}

struct Row {
    step: &'static str,
    name: &'static str,
    icon: Icon,
    chosen: Option<String>,
    help: &'static str,
}

struct SentLine {
    id: InviteDraftId,
    text: String,
    at: Moment,
    badge: Badge,
}

/// `GET /invite`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Page<OverviewPage>, Failure> {
    app.db.read(move |tx| load(tx, &visitor)).await.map(Page)
}

fn load(tx: &mut Tx<'_>, visitor: &Visitor) -> Result<OverviewPage, Failure> {
    let ctx = &visitor.ctx;
    let wrong = |error| refused(error, "/invite".to_owned());
    if !admit::may_invite(tx, ctx)? {
        return Err(Failure::Forbidden);
    }
    let zone = zone(&accounts::get(tx, ctx.account)?.time_zone);
    let draft = admit::current(tx, ctx).map_err(wrong)?;
    let sent = admit::sent(tx, ctx).map_err(wrong)?;
    Ok(OverviewPage {
        shell: Shell::load(tx, visitor, Section::Invite)?,
        draft: draft.as_ref().map(|draft| draft.id),
        rows: rows(draft.as_ref(), &zone),
        missing: missing(draft.as_ref()),
        sent: sent.iter().map(|draft| sent_line(draft, &zone)).collect(),
    })
}

fn rows(draft: Option<&Draft>, zone: &TimeZone) -> Vec<Row> {
    let draft_with = |step: Step| draft.filter(|draft| step.is_done(draft));
    vec![
        Row {
            step: Step::Access.as_str(),
            name: Step::Access.name(),
            icon: Icon::Lock,
            chosen: draft
                .and_then(|draft| draft.terms.as_ref())
                .map(|terms| access_words(terms, zone)),
            help: "What everybody gets",
        },
        Row {
            step: Step::Device.as_str(),
            name: Step::Device.name(),
            icon: Icon::Settings,
            chosen: draft_with(Step::Device).map(device_words),
            help: "Where they get it",
        },
        Row {
            step: Step::People.as_str(),
            name: Step::People.name(),
            icon: Icon::Users,
            chosen: draft_with(Step::People).map(people_words),
            help: "Who gets it: one by one, from a file, or pasted",
        },
    ]
}

fn missing(draft: Option<&Draft>) -> Option<&'static str> {
    let is_done = |step: Step| draft.is_some_and(|draft| step.is_done(draft));
    if !is_done(Step::Access) {
        Some("Choose the access first.")
    } else if !is_done(Step::Device) {
        Some("Choose a device first.")
    } else if !is_done(Step::People) {
        Some("Add people first.")
    } else {
        None
    }
}

/// Where a sent draft stands, as a label.
pub(super) fn state_badge(state: DraftState) -> Badge {
    let (tone, icon, text) = match state {
        DraftState::Open => ("still", Icon::Clock, "Not sent"),
        DraftState::Importing => ("info", Icon::Busy, "Sending"),
        DraftState::Sent => ("good", Icon::Done, "Sent"),
        DraftState::Failed => ("bad", Icon::Problem, "Failed"),
    };
    Badge { tone, icon, text }
}

fn sent_line(draft: &Draft, zone: &TimeZone) -> SentLine {
    let access = draft
        .terms
        .as_ref()
        .map(|terms| access_words(terms, zone))
        .unwrap_or_default();
    SentLine {
        id: draft.id,
        text: format!(
            "{access}: {} to {}",
            people_words(draft),
            device_words(draft)
        ),
        at: moment(draft.sent_at.unwrap_or(draft.updated_at), zone),
        badge: state_badge(draft.state),
    }
}

/// The row that was clicked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    step: String,
}

/// `POST /invite`: begins a draft and opens one of its steps.
pub(crate) async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Failure> {
    let step = Step::parse(&wanted.step).unwrap_or(Step::Access);
    let draft = app
        .db
        .write(move |tx| admit::open(tx, &visitor.ctx))
        .await
        .map_err(|error| refused(error, "/invite".to_owned()))?;
    Ok(see_other(&format!(
        "/invite/{}/{}",
        draft.id,
        step.as_str()
    )))
}

/// `POST /invite/{id}/discard`
pub(crate) async fn discard(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| admit::discard(tx, &visitor.ctx, id))
        .await
        .map_err(|error| sent_or(error, id))?;
    Ok(see_other("/invite"))
}
