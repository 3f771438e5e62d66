//! The summary of what was sent: counts, devices, and everybody by name (S0.23–26).

use admit::{PageAt, Progress, Sheet, SheetPerson, Standing};
use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use directory::accounts;
use invite::manage::Invited;
use kernel::InviteDraftId;
use serde::Deserialize;

use super::{
    card::place,
    frame::{access_words, device_words},
    refused,
};
use crate::{
    app::App,
    badge::Badge,
    extract::{Id, Params},
    failure::Failure,
    format::{Moment, count, moment, zone},
    guard::Visitor,
    icon::Icon,
    imports::attachment,
    link::Link,
    page::{Page, Section, Shell, see_other},
    qr,
};

#[derive(Template)]
#[template(path = "invite/sent.html")]
pub(crate) struct SheetPage {
    shell: Shell,
    id: InviteDraftId,
    title: &'static str,
    badge: Badge,
    what: String,
    at: Moment,
    progress: Option<String>,
    done: i64,
    of: i64,
    failure: Option<String>,
    /// What is not as it should be although access was given.
    notice: Option<(&'static str, &'static str)>,
    figures: Vec<(String, &'static str, &'static str)>,
    devices: Vec<DeviceLine>,
    people: Vec<PersonLine>,
    previous: Option<String>,
    next: Option<String>,
    import: Option<String>,
}

struct DeviceLine {
    /// Where its people are.
    link: String,
    name: String,
    active: String,
    pending: String,
}

struct PersonLine {
    number: i64,
    name: String,
    contact: String,
    badge: Badge,
    problem: String,
    may_have_link: bool,
}

/// Which part of the list is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    after: String,
    before: String,
}

/// `GET /invite/{id}/sent`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let at = match (query.after.parse(), query.before.parse()) {
        (Ok(number), _) => PageAt::After(number),
        (_, Ok(number)) => PageAt::Before(number),
        _ => PageAt::Start,
    };
    let page = tokio::task::spawn_blocking(move || load(&app, &visitor, id, at))
        .await
        .map_err(|error| Failure::internal(&error))??;
    Ok(match page {
        Some(page) => Page(page).into_response(),
        // Nothing was sent yet.
        None => see_other(&format!("/invite/{id}/check")),
    })
}

fn load(
    app: &App,
    visitor: &Visitor,
    id: InviteDraftId,
    at: PageAt,
) -> Result<Option<SheetPage>, Failure> {
    let ctx = &visitor.ctx;
    let failed = |error| refused(error, "/invite".to_owned());
    let sheet = admit::sheet(&app.db, &app.imports, ctx, id).map_err(failed)?;
    if sheet.draft.state == admit::DraftState::Open {
        return Ok(None);
    }
    app.db.read_blocking(|tx| {
        let (people, has_previous, has_next) =
            admit::sheet_people(tx, ctx, id, at).map_err(failed)?;
        let mut shell = Shell::load(tx, visitor, Section::Invite)?;
        let zone = zone(&accounts::get(tx, ctx.account)?.time_zone);
        let (badge, title, progress) = progress(&sheet.progress);
        shell.refresh_seconds = progress.is_some().then_some(3);
        let here = |place: &str, person: Option<&SheetPerson>| {
            let number = person?.number.to_string();
            let link = Link::to(format!("/invite/{id}/sent")).with(place, &number);
            Some(link.into_string())
        };
        let terms = sheet.draft.terms.as_ref();
        let access = terms.map(|terms| access_words(terms, &zone));
        let (done, of) = match &sheet.progress {
            Progress::Giving { done, of, .. } => (*done, *of),
            Progress::Inviting
            | Progress::Waiting
            | Progress::Stopped
            | Progress::Done
            | Progress::Failed(_) => (0, 0),
        };
        let import = sheet
            .draft
            .import
            .filter(|_| shell.sees_imports())
            .map(|import| format!("/imports/{import}"));
        Ok(Some(SheetPage {
            id,
            title,
            badge,
            what: format!(
                "{} to {}",
                access.unwrap_or_default(),
                device_words(&sheet.draft)
            ),
            at: moment(sheet.draft.sent_at.unwrap_or(sheet.draft.updated_at), &zone),
            progress,
            done,
            of,
            failure: match &sheet.progress {
                Progress::Failed(why) if import.is_some() => Some(why.clone()),
                Progress::Failed(_) => Some("Ask an administrator.".to_owned()),
                Progress::Giving { .. }
                | Progress::Inviting
                | Progress::Waiting
                | Progress::Stopped
                | Progress::Done => None,
            },
            notice: notice(&sheet.progress),
            figures: figures(&sheet),
            devices: devices(&sheet, shell.sees_devices()),
            previous: here("before", people.first()).filter(|_| has_previous),
            next: here("after", people.last()).filter(|_| has_next),
            people: people.into_iter().map(person_line).collect(),
            import,
            shell,
        }))
    })
}

fn progress(progress: &Progress) -> (Badge, &'static str, Option<String>) {
    let badge = |tone, icon, text| Badge { tone, icon, text };
    match progress {
        Progress::Giving {
            is_paused: true, ..
        } => (
            badge("warn", Icon::Pause, "Paused"),
            "Sending is paused",
            Some("It goes on when an administrator lets it.".to_owned()),
        ),
        Progress::Giving { .. } => (
            badge("info", Icon::Busy, "Giving access"),
            "Sending",
            Some(
                "Access is being given. You can close this page; it goes on by itself.".to_owned(),
            ),
        ),
        Progress::Inviting => (
            badge("info", Icon::Busy, "Inviting"),
            "Sending",
            Some(
                "Access is given, and invitations are being made. You can close this page."
                    .to_owned(),
            ),
        ),
        Progress::Waiting => (badge("warn", Icon::Pause, "Waiting"), "Sent in part", None),
        Progress::Stopped => (
            badge("warn", Icon::Problem, "Stopped"),
            "Sent in part",
            None,
        ),
        Progress::Done => (badge("good", Icon::Done, "Sent"), "Sent", None),
        Progress::Failed(_) => (
            badge("bad", Icon::Problem, "Failed"),
            "Nobody got access",
            None,
        ),
    }
}

fn notice(progress: &Progress) -> Option<(&'static str, &'static str)> {
    match progress {
        Progress::Waiting => Some((
            "Not everybody is invited yet.",
            "Access is given. The other invitations go on when an administrator lets them.",
        )),
        Progress::Stopped => Some((
            "Not everybody was invited.",
            "Access is given, but an administrator has ended the invitations.",
        )),
        Progress::Giving { .. } | Progress::Inviting | Progress::Done | Progress::Failed(_) => None,
    }
}

fn figures(sheet: &Sheet) -> Vec<(String, &'static str, &'static str)> {
    let counts = &sheet.counts;
    [
        (counts.active, "Active", "They can use their access now"),
        (counts.pending, "Pending", "Active as soon as they accept"),
        (
            counts.with_access,
            "Had access already",
            "Nothing changed for them",
        ),
        (counts.skipped, "Rows skipped", "When the lists were read"),
        (
            counts.failed,
            "Not given",
            "The reason stands beside their name",
        ),
        (counts.gone, "Over or taken back", "Since it was sent"),
        (counts.waiting, "Waiting", "Nothing was done yet"),
    ]
    .into_iter()
    .enumerate()
    .filter(|(place, (number, _, _))| *place < 2 || *number > 0)
    .map(|(_, (number, text, help))| (count(number), text, help))
    .collect()
}

fn devices(sheet: &Sheet, is_administrator: bool) -> Vec<DeviceLine> {
    let base = if is_administrator {
        "/devices"
    } else {
        "/me/access"
    };
    sheet
        .devices
        .iter()
        .map(|device| DeviceLine {
            link: format!("{base}/{}", device.id),
            name: device.name.clone(),
            active: count(device.active),
            pending: count(device.pending),
        })
        .collect()
}

fn person_line(person: SheetPerson) -> PersonLine {
    let (tone, icon) = match person.standing {
        Standing::Waiting => ("still", Icon::Clock),
        Standing::Active => ("good", Icon::Done),
        Standing::Pending => ("info", Icon::Mail),
        Standing::PendingLink => ("warn", Icon::Mail),
        Standing::HasAccess => ("still", Icon::Check),
        Standing::NotGiven => ("bad", Icon::Problem),
        Standing::Gone => ("still", Icon::Undo),
    };
    PersonLine {
        number: person.number,
        name: person.name,
        contact: person.contact,
        badge: Badge {
            tone,
            icon,
            text: person.standing.as_str(),
        },
        problem: person.problem.unwrap_or_default(),
        may_have_link: person.may_have_link,
    }
}

/// `GET /invite/{id}/sent.csv`
pub(crate) async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
) -> Result<Response, Failure> {
    let written = app
        .db
        .read(move |tx| {
            let mut out = Vec::new();
            admit::write_sheet(tx, &visitor.ctx, id, &mut out).map(|()| out)
        })
        .await
        .map_err(|error| refused(error, "/invite".to_owned()))?;
    Ok(attachment(
        "invitation.csv",
        "text/csv; charset=utf-8",
        Body::from(written),
    ))
}

#[derive(Template)]
#[template(path = "invite/link.html")]
struct LinkPage {
    shell: Shell,
    id: InviteDraftId,
    name: String,
    link: String,
    days: i64,
    code: Option<String>,
}

/// `POST /invite/{id}/cards/{number}/link`
///
/// The link is shown once, in the answer itself: afterwards only its hash is known.
pub(crate) async fn hand_over(
    State(app): State<App>,
    visitor: Visitor,
    Path(path): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (id, number) = place(&path)?;
    let (state, ctx) = (app.clone(), visitor.ctx.clone());
    let (name, invited) = app
        .db
        .write(move |tx| admit::hand_over(tx, &ctx, &state.delivery, id, number))
        .await
        .map_err(|error| refused(error, format!("/invite/{id}/sent")))?;
    let Invited::Link(link) = invited else {
        return Ok(see_other(&format!("/invite/{id}/sent")));
    };
    let (shell, days) = app
        .db
        .read(move |tx| {
            Ok::<_, db::Error>((
                Shell::load(tx, &visitor, Section::Invite)?,
                invite::InvitationSettings::load(tx, visitor.ctx.account)?.days,
            ))
        })
        .await?;
    let page = LinkPage {
        shell,
        id,
        name,
        code: qr::code(&link),
        link,
        days,
    };
    Ok(Page(page).into_response())
}
