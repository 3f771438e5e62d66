//! A device's name, and what its tenants may give their guests.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{
    access::{self, AccessRefusal},
    devices::{Device, GuestLimits},
};
use kernel::{DeviceId, GroupName};
use serde::Deserialize;

use super::{
    place::{Frame, Place, failure},
    words::minutes,
};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id},
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::{Page, Shell, see_other, with_status},
};

/// The durations to choose from, in minutes.
const DURATIONS: [i64; 11] = [15, 30, 60, 90, 120, 240, 480, 720, 1440, 2880, 4320];

#[derive(Template)]
#[template(path = "devices/settings.html")]
struct SettingsPage {
    shell: Shell,
    frame: Frame,
    fields: Fields,
    durations: Vec<Choice>,
    error: Option<String>,
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    name: String,
    minutes: String,
    most: String,
}

impl Fields {
    fn of(device: &Device) -> Self {
        Self {
            name: device.name.clone(),
            minutes: device.guests.minutes().to_string(),
            most: device.guests.most().to_string(),
        }
    }
}

/// `GET /devices/{id}/settings`, and the same in the portal.
pub(crate) async fn show(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    Id(id): Id<DeviceId>,
) -> Result<Response, Failure> {
    let page = page(&app, place, visitor, id, None).await?;
    Ok(Page(page).into_response())
}

/// `POST /devices/{id}/settings`, and the same in the portal.
pub(crate) async fn configure(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    Id(id): Id<DeviceId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let done = match parse(&fields) {
        Err(words) => Err(words),
        Ok((name, guests)) => {
            let done = app
                .db
                .write(move |tx| access::configure(tx, &ctx, id, &name, guests))
                .await;
            match done {
                Err(refusal @ AccessRefusal::NameTaken(_)) => Err(sentence(&refusal.to_string())),
                Err(refusal) => return Err(failure(refusal, place.device(id))),
                Ok(()) => Ok(()),
            }
        }
    };
    let Err(words) = done else {
        return Ok(see_other(&format!("{}?done=saved", place.device(id))));
    };
    let page = page(&app, place, visitor, id, Some((fields, words))).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn parse(fields: &Fields) -> Result<(GroupName, GuestLimits), String> {
    let name = GroupName::parse(&fields.name)
        .map_err(|_| "A device needs a name of 1 to 100 characters.".to_owned())?;
    let number = |text: &str| text.trim().parse().unwrap_or_default();
    let guests = GuestLimits::new(number(&fields.minutes), number(&fields.most))
        .map_err(|fault| sentence(&fault.to_string()))?;
    Ok((name, guests))
}

async fn page(
    app: &App,
    place: Place,
    visitor: Visitor,
    id: DeviceId,
    again: Option<(Fields, String)>,
) -> Result<SettingsPage, Failure> {
    let found = app
        .db
        .read(move |tx| {
            let (device, right) = access::managed_device(tx, &visitor.ctx, id)?;
            let (fields, error) = again.map_or_else(
                || (Fields::of(&device), None),
                |(fields, words)| (fields, Some(words)),
            );
            Ok::<_, AccessRefusal>(SettingsPage {
                shell: place.shell(tx, &visitor)?,
                frame: Frame::new(place, &device, right),
                durations: durations(&fields.minutes),
                fields,
                error,
            })
        })
        .await;
    found.map_err(|refusal| failure(refusal, place.device(id)))
}

fn durations(chosen: &str) -> Vec<Choice> {
    let mut lengths = DURATIONS.to_vec();
    lengths.extend(
        chosen
            .parse()
            .ok()
            .filter(|own| GuestLimits::MINUTES.contains(own)),
    );
    lengths.sort_unstable();
    lengths.dedup();
    lengths
        .into_iter()
        .map(|length| {
            Choice::new(
                length.to_string(),
                minutes(length),
                length.to_string() == chosen,
            )
        })
        .collect()
}
