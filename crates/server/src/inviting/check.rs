//! The last step: what sending would do, and sending (S0.22).

use admit::{Outlook, Sending};
use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use directory::accounts;
use kernel::InviteDraftId;
use serde::Deserialize;

use super::{
    frame::{Step, StepLine, access_words, device_words, people_words, steps},
    sent_or,
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::{count, counted, zone},
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "invite/check.html")]
pub(crate) struct CheckPage {
    shell: Shell,
    steps: Vec<StepLine>,
    id: InviteDraftId,
    rev: i64,
    choices: Vec<(&'static str, String, &'static str)>,
    figures: Vec<Figure>,
    devices: Vec<(String, String)>,
    button: String,
    missing: Option<&'static str>,
    is_captured: bool,
    by_link: i64,
}

struct Figure {
    count: String,
    text: &'static str,
    help: &'static str,
}

/// `GET /invite/{id}/check`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
) -> Result<Page<CheckPage>, Failure> {
    let state = app.clone();
    // Who has access already is looked up anew, and kept for the list.
    app.db
        .write(move |tx| page(tx, &state, &visitor, id))
        .await
        .map(Page)
}

fn page(
    tx: &mut Tx<'_>,
    app: &App,
    visitor: &Visitor,
    id: InviteDraftId,
) -> Result<CheckPage, Failure> {
    let ctx = &visitor.ctx;
    let failed = |error| sent_or(error, id);
    let outlook = admit::outlook(tx, ctx, &app.delivery, id).map_err(failed)?;
    let draft = admit::find_open(tx, ctx, id).map_err(failed)?;
    let zone = zone(&accounts::get(tx, ctx.account)?.time_zone);
    let access = draft.terms.as_ref().map(|terms| access_words(terms, &zone));
    let missing = if draft.terms.is_none() {
        Some("Choose the access first.")
    } else if draft.devices.is_empty() {
        Some("Choose a device first.")
    } else if draft.ready == 0 {
        Some("Add at least one person first.")
    } else {
        None
    };
    Ok(CheckPage {
        shell: Shell::load(tx, visitor, Section::Invite)?,
        steps: steps(&draft, Step::Check),
        id,
        rev: draft.rev,
        choices: vec![
            ("Access", access.unwrap_or_default(), "access"),
            ("Device", device_words(&draft), "device"),
            ("People", people_words(&draft), "people"),
        ],
        figures: figures(&outlook),
        devices: outlook
            .devices
            .iter()
            .map(|device| {
                let people = counted(device.people, "person", "people");
                (device.name.clone(), people)
            })
            .collect(),
        button: format!("Send Invites to {}", people_words(&draft)),
        missing,
        is_captured: app.delivery.mail.is_none() && app.delivery.sms.is_none(),
        by_link: outlook.by_link,
    })
}

fn figures(outlook: &Outlook) -> Vec<Figure> {
    let people = if outlook.tells_who { 0 } else { outlook.people };
    [
        (
            people,
            "get access",
            "At once if they sign in with this number already; otherwise an invitation goes out first",
        ),
        (
            outlook.at_once,
            "get access at once",
            "They sign in with this number or address already",
        ),
        (outlook.by_sms, "get an SMS first", "With a link of their own; access waits until they accept"),
        (
            outlook.by_email,
            "get an e-mail first",
            "With a link of their own; access waits until they accept",
        ),
        (
            outlook.by_link,
            "need a link from you",
            "No SMS can be sent from here: after sending, make a link for each and hand it over",
        ),
        (
            outlook.with_access,
            "have access already",
            "To everything chosen; nothing changes for them",
        ),
        (
            outlook.barred,
            "cannot be given access",
            "They are deactivated, or number and address belong to two people",
        ),
        (outlook.skipped, "skipped", "Rows of lists; the warning in the step People says why"),
    ]
    .into_iter()
    .filter(|(number, _, _)| *number > 0)
    .map(|(number, text, help)| Figure {
        count: count(number),
        text,
        help,
    })
    .collect()
}

/// The revision that was looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    rev: i64,
}

/// `POST /invite/{id}/send`
pub(crate) async fn send(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
    Form(seen): Form<Seen>,
) -> Result<Response, Failure> {
    let sent = app
        .db
        .write(move |tx| admit::send(tx, &visitor.ctx, id, seen.rev))
        .await;
    match sent {
        Ok(Sending::Begun) => app.wake.wake(),
        Ok(Sending::Already) => {}
        Err(error) => {
            return Err(super::refused(error, format!("/invite/{id}/check")));
        }
    }
    Ok(see_other(&format!("/invite/{id}/sent")))
}
