//! Deleting a device, after saying whom it takes access from.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::access::{self, AccessRefusal, MOST_COUNTED, Standing};
use kernel::DeviceId;

use super::place::{Frame, Place, failure};
use crate::{
    app::App,
    extract::Id,
    failure::Failure,
    format::{count, counted},
    guard::Visitor,
    page::{Page, Shell, see_other},
};

#[derive(Template)]
#[template(path = "devices/remove.html")]
struct RemovePage {
    shell: Shell,
    frame: Frame,
    people: String,
}

/// `GET /devices/{id}/delete`, and the same in the portal.
pub(crate) async fn show(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    Id(id): Id<DeviceId>,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| {
            let (device, right) = access::device(tx, &visitor.ctx, id)?;
            if !right.may_transfer() {
                return Err(AccessRefusal::NotOwner);
            }
            let counts = access::count_holders(tx, &visitor.ctx, id)?;
            let people = counts.map(|counts| {
                let now = counts.iter().filter(|(one, _)| *one != Standing::Revoked);
                now.map(|(_, people)| people).sum::<i64>()
            });
            Ok(RemovePage {
                shell: place.shell(tx, &visitor)?,
                frame: Frame::new(place, &device, right),
                people: people.map_or_else(
                    || format!("more than {} people", count(MOST_COUNTED)),
                    |people| counted(people, "person", "people"),
                ),
            })
        })
        .await
        .map_err(|refusal| failure(refusal, place.device(id)))?;
    Ok(Page(page).into_response())
}

/// `POST /devices/{id}/delete`, and the same in the portal.
pub(crate) async fn remove(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    Id(id): Id<DeviceId>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| access::remove_device(tx, &visitor.ctx, id))
        .await
        .map_err(|refusal| failure(refusal, place.device(id)))?;
    Ok(see_other(match place {
        Place::Devices => "/devices?done=removed",
        Place::Portal => "/me",
    }))
}
