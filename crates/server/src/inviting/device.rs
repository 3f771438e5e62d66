//! Step 2: the devices everybody gets access to (S0.15).

use admit::{AdmitError, Rights};
use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::access::Invitable;
use kernel::{DeviceId, InviteDraftId};

use super::{
    frame::{Step, StepLine, described, steps},
    refused, sent_or,
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::{count, counted, sentence},
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

/// Devices shown; somebody with more chooses by an import.
const SHOWN: usize = 1_000;

#[derive(Template)]
#[template(path = "invite/device.html")]
pub(crate) struct DevicePage {
    shell: Shell,
    steps: Vec<StepLine>,
    id: InviteDraftId,
    devices: Vec<DeviceLine>,
    error: Option<String>,
    has_choice: bool,
    may_add: bool,
}

struct DeviceLine {
    id: DeviceId,
    name: String,
    help: String,
    chosen: bool,
    /// Why it cannot be chosen.
    barred: Option<String>,
}

/// `GET /invite/{id}/device`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
) -> Result<Page<DevicePage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id, None))
        .await
        .map(Page)
}

/// `POST /invite/{id}/device`
pub(crate) async fn choose(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let chosen: Vec<DeviceId> = fields
        .iter()
        .filter(|(name, _)| name == "device")
        .filter_map(|(_, id)| id.parse().ok())
        .collect();
    app.db
        .write(move |tx| {
            let words = match admit::choose_devices(tx, &visitor.ctx, id, &chosen) {
                Ok(()) => return Ok(see_other(&format!("/invite/{id}/people"))),
                Err(
                    error @ (AdmitError::NoDevice
                    | AdmitError::TooManyDevices(_)
                    | AdmitError::DeviceNotAllowed(_)
                    | AdmitError::TypeNotAllowed(_)),
                ) => sentence(&error.to_string()),
                Err(error) => return Err(sent_or(error, id)),
            };
            let page = page(tx, &visitor, id, Some(words))?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page).into_response())
        })
        .await
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: InviteDraftId,
    error: Option<String>,
) -> Result<DevicePage, Failure> {
    let draft = admit::find_open(tx, &visitor.ctx, id).map_err(|error| sent_or(error, id))?;
    let rights =
        Rights::load(tx, &visitor.ctx).map_err(|error| refused(error, "/invite".to_owned()))?;
    let kind = draft.terms.as_ref().map(directory::access::Terms::kind);
    let devices: Vec<DeviceLine> = rights
        .devices
        .iter()
        .take(SHOWN)
        .map(|device| DeviceLine {
            id: device.device.id,
            name: device.device.name.clone(),
            help: guests(device),
            chosen: draft
                .devices
                .iter()
                .any(|chosen| chosen.id == device.device.id),
            barred: kind
                .filter(|kind| !device.kinds().contains(kind))
                .map(|kind| format!("You may not give {} here", described(kind).0)),
        })
        .collect();
    Ok(DevicePage {
        shell: Shell::load(tx, visitor, Section::Invite)?,
        steps: steps(&draft, Step::Device),
        id,
        has_choice: devices.iter().any(|device| device.chosen),
        devices,
        error,
        may_add: rights.is_administrator,
    })
}

/// What a tenant may do at a device.
fn guests(device: &Invitable) -> String {
    device.guests.map_or(String::new(), |guests| {
        format!(
            "{} free, for at most {}",
            counted(guests.free, "place for a guest", "places for guests"),
            stay(guests.limits.minutes())
        )
    })
}

/// A length of time as a person says it.
pub(super) fn stay(minutes: i64) -> String {
    match minutes {
        minutes if minutes > 0 && minutes % 1440 == 0 => counted(minutes / 1440, "day", "days"),
        minutes if minutes > 0 && minutes % 60 == 0 => counted(minutes / 60, "hour", "hours"),
        minutes => format!("{} minutes", count(minutes)),
    }
}
