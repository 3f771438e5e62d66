//! Where the person who looks is signed in, and signing out there (S1.22, S1.23).

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::accounts;
use identity::{
    devices::{self, DeviceRefusal, Ended},
    rules,
};
use kernel::SessionId;

use crate::{
    app::App,
    device::DeviceLine,
    extract::Id,
    failure::Failure,
    format::zone,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "me/devices.html")]
struct DevicesPage {
    shell: Shell,
    devices: Vec<DeviceLine>,
    limit: i64,
}

/// `GET /me/devices`
pub(crate) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let now = app.clock.now();
    let page = app
        .db
        .read(move |tx| {
            let session = &visitor.session;
            let zone = zone(&accounts::get(tx, session.account)?.time_zone);
            let devices = devices::list(tx, session.identity, now)?;
            Ok::<_, db::Error>(DevicesPage {
                shell: Shell::load(tx, &visitor, Section::Me)?,
                devices: devices
                    .iter()
                    .map(|device| DeviceLine::new(device, session.id, &zone))
                    .collect(),
                limit: rules::of_identity(tx, session.identity)?.session_limit,
            })
        })
        .await?;
    Ok(Page(page).into_response())
}

/// `POST /me/devices/{id}/end`
pub(crate) async fn end(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<SessionId>,
) -> Result<Response, Failure> {
    let identity = visitor.session.identity;
    let ended = app
        .db
        .write(move |tx| devices::end_own(tx, identity, id))
        .await;
    match ended {
        Ok(()) => Ok(see_other("/me/devices")),
        Err(DeviceRefusal::Db(error)) => Err(error.into()),
        Err(DeviceRefusal::NotFound | DeviceRefusal::Forbidden(_)) => Err(Failure::NotFound),
    }
}

/// `POST /me/devices/end-others`
pub(crate) async fn end_others(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    let (identity, here) = (visitor.session.identity, visitor.session.id);
    app.db
        .write(move |tx| devices::end_others(tx, identity, Some(here), Ended::Elsewhere))
        .await?;
    Ok(see_other("/me/devices"))
}
