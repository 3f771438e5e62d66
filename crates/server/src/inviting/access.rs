//! Step 1: one access type for everybody, with the schedule or end that belongs to it (S0.12, S0.13).

use admit::{AdmitError, Draft, Rights};
use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    access::{Terms, TermsFault},
    accounts,
};
use kernel::{AccessType, InviteDraftId, Moment, Schedule, SiteZone, Timestamp};
use serde::Deserialize;

use super::{
    frame::{Step, StepLine, described, steps},
    refused, sent_or,
};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id},
    failure::Failure,
    form::Field,
    format::sentence,
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

#[derive(Template)]
#[template(path = "invite/access.html")]
pub(crate) struct AccessPage {
    shell: Shell,
    steps: Vec<StepLine>,
    id: InviteDraftId,
    kinds: Vec<Choice>,
    schedule: Field,
    end: Field,
    error: Option<String>,
    zone: String,
    has_choice: bool,
    /// What a tenant's guests are held to.
    bounds: Option<String>,
}

/// What the form holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    kind: String,
    schedule: String,
    end: String,
}

/// `GET /invite/{id}/access`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
) -> Result<Page<AccessPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id, None))
        .await
        .map(Page)
}

/// `POST /invite/{id}/access`
pub(crate) async fn choose(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| {
            let zone = accounts::get(tx, visitor.ctx.account)?.time_zone;
            let zone = SiteZone::parse(&zone).unwrap_or(SiteZone::UTC);
            let fault = match fields.terms(&zone, visitor.ctx.now()) {
                Ok(terms) => match admit::choose_access(tx, &visitor.ctx, id, &terms) {
                    Ok(()) => return Ok(see_other(&format!("/invite/{id}/device"))),
                    Err(AdmitError::Ended) => Fault::End(sentence(&TermsFault::Past.to_string())),
                    Err(AdmitError::TypeNotAllowed(_)) => {
                        Fault::Kind("You may not give this kind of access.".to_owned())
                    }
                    Err(error) => return Err(sent_or(error, id)),
                },
                Err(fault) => fault,
            };
            let page = page(tx, &visitor, id, Some((fields, fault)))?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page).into_response())
        })
        .await
}

/// What is wrong with the form, and where.
enum Fault {
    Kind(String),
    Schedule(String),
    End(String),
}

impl Fields {
    fn terms(&self, zone: &SiteZone, now: Timestamp) -> Result<Terms, Fault> {
        let kind = AccessType::parse(&self.kind)
            .map_err(|_| Fault::Kind("Choose one of the kinds of access.".to_owned()))?;
        let schedule = match kind {
            AccessType::Repeat => Some(Schedule::parse(&self.schedule).map_err(|_| {
                Fault::Schedule(
                    "Write days and hours as Mon-Fri 09:00-17:00; several are joined by a semicolon."
                        .to_owned(),
                )
            })?),
            _no_schedule => None,
        };
        let end = match kind {
            AccessType::Temporary => Some(self.end_at(zone)?),
            _no_end => None,
        };
        Terms::new(kind, schedule, None, end, now).map_err(|fault| {
            let words = sentence(&fault.to_string());
            match fault {
                TermsFault::Owner => Fault::Kind(words),
                TermsFault::ScheduleMissing => Fault::Schedule(words),
                TermsFault::EndMissing | TermsFault::Order | TermsFault::Past => Fault::End(words),
            }
        })
    }

    fn end_at(&self, zone: &SiteZone) -> Result<Timestamp, Fault> {
        let missing = || Fault::End("Say until when, as a day and a time.".to_owned());
        if self.end.trim().is_empty() {
            return Err(missing());
        }
        let moment = Moment::parse(&self.end, kernel::DateOrder::Ymd).map_err(|_| missing())?;
        Ok(moment.end(zone))
    }

    /// What was chosen before.
    fn of(draft: &Draft, zone: &SiteZone) -> Self {
        let Some(terms) = &draft.terms else {
            return Self::default();
        };
        Self {
            kind: terms.kind().as_str().to_owned(),
            schedule: terms
                .schedule()
                .map(ToString::to_string)
                .unwrap_or_default(),
            end: terms
                .ends_at()
                .and_then(|end| zone.local(end))
                .map(|local| local.strftime("%Y-%m-%dT%H:%M").to_string())
                .unwrap_or_default(),
        }
    }
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: InviteDraftId,
    wrong: Option<(Fields, Fault)>,
) -> Result<AccessPage, Failure> {
    let ctx = &visitor.ctx;
    let failed = |error| sent_or(error, id);
    let draft = admit::find_open(tx, ctx, id).map_err(failed)?;
    let rights = Rights::load(tx, ctx).map_err(|error| refused(error, "/invite".to_owned()))?;
    let account = accounts::get(tx, ctx.account)?;
    let zone = SiteZone::parse(&account.time_zone).unwrap_or(SiteZone::UTC);
    let (fields, fault) = match wrong {
        Some((fields, fault)) => (fields, Some(fault)),
        None => (Fields::of(&draft, &zone), None),
    };
    let kinds: Vec<Choice> = rights
        .kinds()
        .into_iter()
        .map(|kind| {
            let (name, help) = described(kind);
            Choice::new(kind.as_str(), name, kind.as_str() == fields.kind).help(help)
        })
        .collect();
    let mut page = AccessPage {
        shell: Shell::load(tx, visitor, Section::Invite)?,
        steps: steps(&draft, Step::Access),
        id,
        has_choice: kinds.iter().any(|kind| kind.chosen),
        kinds,
        schedule: Field::new(fields.schedule),
        end: Field::new(fields.end),
        error: None,
        zone: account.time_zone,
        bounds: bounds(&rights),
    };
    match fault {
        Some(Fault::Kind(words)) => page.error = Some(words),
        Some(Fault::Schedule(words)) => page.schedule.error = Some(words),
        Some(Fault::End(words)) => page.end.error = Some(words),
        None => {}
    }
    Ok(page)
}

/// The longest stay of guests, where somebody invites only as a tenant.
fn bounds(rights: &Rights) -> Option<String> {
    let longest = rights
        .devices
        .iter()
        .map(|device| device.guests.map(|guests| guests.limits.minutes()));
    let longest: Option<Vec<i64>> = longest.collect();
    let minutes = longest?.into_iter().max()?;
    Some(format!(
        "As a tenant you invite guests, for at most {}.",
        super::device::stay(minutes)
    ))
}
