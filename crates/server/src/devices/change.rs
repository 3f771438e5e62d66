//! Changing somebody's access: type, hours, window and notes.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{
    access::{self, AccessRefusal, Change, Held, Terms},
    accounts,
    grants::Grant,
};
use kernel::{AccessType, DateOrder, Moment, Schedule, SiteZone, Text, Timestamp, UserId};
use serde::Deserialize;

use super::{
    place::{DeviceUser, Frame, Place, failure},
    words::kinds,
};
use crate::{
    app::App,
    choice::Choice,
    extract::Form,
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::{Page, Shell, see_other, with_status},
};

#[derive(Template)]
#[template(path = "devices/change.html")]
struct ChangePage {
    shell: Shell,
    frame: Frame,
    user: UserId,
    name: String,
    is_owner: bool,
    kinds: Vec<Choice>,
    fields: Fields,
    zone: String,
    error: Option<String>,
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    version: String,
    kind: String,
    schedule: String,
    from: String,
    until: String,
    notes: String,
}

impl Fields {
    fn of(held: &Held, zone: &SiteZone) -> Self {
        let grant = &held.grant;
        Self {
            version: held.version.to_string(),
            kind: grant.access_type.clone(),
            schedule: grant.schedule.clone().unwrap_or_default(),
            from: typed(grant.starts_at, zone),
            until: typed(grant.ends_at, zone),
            notes: grant.notes.clone().unwrap_or_default(),
        }
    }

    /// The terms that the form asks for, if it asks for others than there are; or what is wrong.
    fn terms(
        &self,
        grant: &Grant,
        zone: &SiteZone,
        now: Timestamp,
    ) -> Result<Option<Terms>, String> {
        if grant.access_type == AccessType::Owner.as_str() {
            return Ok(None);
        }
        let kind = AccessType::parse(&self.kind).map_err(|_| "Choose a type.".to_owned())?;
        let schedule = match self.schedule.trim() {
            "" => None,
            text => Some(Schedule::parse(text).map_err(|fault| {
                format!("The days and hours cannot be read: {}.", fault.detail)
            })?),
        };
        let (from, until) = (moment(&self.from, zone)?, moment(&self.until, zone)?);
        let seconds = |at: Option<Timestamp>| at.map(Timestamp::as_seconds);
        let is_as_before = kind.as_str() == grant.access_type
            && schedule.as_ref().map(ToString::to_string) == grant.schedule
            && seconds(from) == seconds(grant.starts_at)
            && seconds(until) == seconds(grant.ends_at);
        if is_as_before {
            return Ok(None);
        }
        Terms::new(kind, schedule, from, until, now)
            .map(Some)
            .map_err(|fault| sentence(&fault.to_string()))
    }

    fn notes(&self) -> Result<Option<Text>, String> {
        Text::parse_lines(&self.notes, Text::MAX_NOTES)
            .map(Some)
            .map_err(|fault| format!("The notes cannot be kept: {}.", fault.detail))
    }
}

/// A moment as a field for date and time wants it.
fn typed(at: Option<Timestamp>, zone: &SiteZone) -> String {
    let local = at.and_then(|at| zone.local(at));
    local.map_or_else(String::new, |local| {
        let pattern = if local.second() == 0 {
            "%Y-%m-%dT%H:%M"
        } else {
            "%Y-%m-%dT%H:%M:%S"
        };
        local.strftime(pattern).to_string()
    })
}

fn moment(text: &str, zone: &SiteZone) -> Result<Option<Timestamp>, String> {
    match text.trim() {
        "" => Ok(None),
        text => Moment::parse(text, DateOrder::Ymd)
            .map(|moment| Some(moment.start(zone)))
            .map_err(|_| format!("{text} is not a date and time such as 2025-12-31 17:00.")),
    }
}

/// `GET /devices/{id}/users/{user}`, and the same in the portal.
pub(crate) async fn show(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    at: DeviceUser,
) -> Result<Response, Failure> {
    let page = page(&app, place, visitor, at, None).await?;
    Ok(Page(page).into_response())
}

/// `POST /devices/{id}/users/{user}`, and the same in the portal.
pub(crate) async fn change(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    at: DeviceUser,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let (ctx, wanted) = (visitor.ctx.clone(), fields.clone());
    let done = app
        .db
        .write(move |tx| {
            let held = access::held(tx, &ctx, at.device, at.user)?;
            let zone = site_zone(&accounts::get(tx, ctx.account)?.time_zone);
            let terms = wanted.terms(&held.grant, &zone, ctx.now());
            let (terms, notes) = match (terms, wanted.notes()) {
                (Ok(terms), Ok(notes)) => (terms, notes),
                (Err(words), _) | (_, Err(words)) => return Ok(Some(words)),
            };
            let change = Change {
                device: at.device,
                user: at.user,
                version: wanted.version.parse().unwrap_or_default(),
                terms,
                notes,
            };
            access::change(tx, &ctx, &change).map(|()| None)
        })
        .await;
    let link = place.device(at.device);
    let words = match done {
        Ok(None) => return Ok(see_other(&format!("{link}?done=changed"))),
        Ok(Some(words)) => words,
        Err(AccessRefusal::KindNotAllowed(kind)) => {
            sentence(&AccessRefusal::KindNotAllowed(kind).to_string())
        }
        Err(refusal) => return Err(failure(refusal, format!("{link}/users/{}", at.user))),
    };
    let page = page(&app, place, visitor, at, Some((fields, words))).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn page(
    app: &App,
    place: Place,
    visitor: Visitor,
    DeviceUser { device, user }: DeviceUser,
    again: Option<(Fields, String)>,
) -> Result<ChangePage, Failure> {
    let found = app
        .db
        .read(move |tx| {
            let held = access::held(tx, &visitor.ctx, device, user)?;
            if !held.may_change() {
                return Err(AccessRefusal::NotManaged);
            }
            let zone = site_zone(&accounts::get(tx, visitor.ctx.account)?.time_zone);
            let (fields, error) = match again {
                Some((fields, words)) => (fields, Some(words)),
                None => (Fields::of(&held, &zone), None),
            };
            Ok(ChangePage {
                shell: place.shell(tx, &visitor)?,
                frame: Frame::new(place, &held.device, held.right),
                user,
                is_owner: held.grant.access_type == AccessType::Owner.as_str(),
                kinds: kinds(held.right.may_give(), &fields.kind),
                zone: zone.name().to_owned(),
                name: held.name,
                fields,
                error,
            })
        })
        .await;
    found.map_err(|refusal| failure(refusal, place.device(device)))
}

fn site_zone(name: &str) -> SiteZone {
    SiteZone::parse(name).unwrap_or(SiteZone::UTC)
}
