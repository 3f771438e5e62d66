//! Taking somebody's access away, after asking.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::{
    access::{self, AccessRefusal},
    accounts,
};
use kernel::UserId;

use super::{
    place::{DeviceUser, Frame, Place, failure},
    words::{kind_name, when},
};
use crate::{
    app::App,
    failure::Failure,
    format::zone,
    guard::Visitor,
    page::{Page, Shell, see_other},
};

#[derive(Template)]
#[template(path = "devices/revoke.html")]
struct RevokePage {
    shell: Shell,
    frame: Frame,
    user: UserId,
    name: String,
    kind: &'static str,
    when: String,
    is_own: bool,
}

/// `GET /devices/{id}/users/{user}/revoke`, and the same in the portal.
pub(crate) async fn show(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    DeviceUser { device, user }: DeviceUser,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| {
            let held = access::held(tx, &visitor.ctx, device, user)?;
            if !held.may_revoke() {
                return Err(AccessRefusal::OwnerStays);
            }
            let zone = zone(&accounts::get(tx, visitor.ctx.account)?.time_zone);
            let grant = &held.grant;
            let schedule = grant.schedule.as_deref();
            Ok(RevokePage {
                shell: place.shell(tx, &visitor)?,
                frame: Frame::new(place, &held.device, held.right),
                user,
                kind: grant.access_type.parse().map_or("", kind_name),
                when: when(schedule, grant.starts_at, grant.ends_at, &zone),
                is_own: user == visitor.session.user,
                name: held.name,
            })
        })
        .await
        .map_err(|refusal| failure(refusal, place.device(device)))?;
    Ok(Page(page).into_response())
}

/// `POST /devices/{id}/users/{user}/revoke`, and the same in the portal.
pub(crate) async fn revoke(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    DeviceUser { device, user }: DeviceUser,
) -> Result<Response, Failure> {
    let is_own = user == visitor.session.user && place == Place::Portal;
    app.db
        .write(move |tx| access::revoke(tx, &visitor.ctx, device, user))
        .await
        .map_err(|refusal| failure(refusal, place.device(device)))?;
    if is_own {
        // They have no say on the device any more.
        return Ok(see_other("/me"));
    }
    Ok(see_other(&format!("{}?done=revoked", place.device(device))))
}
