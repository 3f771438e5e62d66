//! What administrators do about a person's sign-in: a link for a new password, and where they are signed in.

use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use directory::Action;
use identity::{
    devices::{self, DeviceRefusal},
    reset::{self, ResetRefusal},
    rules::{self, RulesRefusal},
    two_factor::{self, ResetRefusal as TwoFactorReset, State as TwoFactor},
};
use jiff::tz::TimeZone;
use kernel::{SessionId, UserId};
use serde::Deserialize;

use crate::{
    app::App,
    device::DeviceLine,
    extract::{Form, Id},
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::see_other,
};

/// What the person's page shows of it.
pub(crate) struct SignIn {
    pub(crate) devices: Vec<DeviceLine>,
    /// How many devices at once they have instead of the account's number.
    pub(crate) own_limit: String,
    /// The account's number.
    pub(crate) limit: i64,
    /// Their second factor, as far as they sign in.
    pub(crate) two_factor: Option<TwoFactor>,
    /// Whether it is the visitor's own page.
    pub(crate) is_own: bool,
}

/// For those who may see it, of somebody who signs in.
pub(super) fn load(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    user: UserId,
    zone: &TimeZone,
) -> Result<Option<SignIn>, Failure> {
    if !visitor.ctx.may(Action::EditUsers) {
        return Ok(None);
    }
    let account = visitor.session.account;
    let devices = devices::list_of_user(tx, &visitor.ctx, user).map_err(of_device)?;
    let own_limit = rules::own_limit(tx, account, user)?;
    Ok(Some(SignIn {
        devices: devices
            .iter()
            .map(|device| DeviceLine::new(device, visitor.session.id, zone))
            .collect(),
        own_limit: own_limit.map_or_else(String::new, |limit| limit.to_string()),
        limit: rules::of_account(tx, account)?.session_limit,
        two_factor: two_factor::of_user(tx, account, user)?,
        is_own: visitor.session.user == user,
    }))
}

/// `POST /users/{id}/reset-password`: queues the message with the link; the link is shown to nobody.
pub(crate) async fn reset_password(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Response, Failure> {
    let state = app.clone();
    let sent = app
        .db
        .write(move |tx| reset::request(tx, &visitor.ctx, &state.delivery, id))
        .await;
    match sent {
        Ok(()) => {
            app.wake.wake();
            Ok(see_other(&format!("/users/{id}/activity")))
        }
        Err(ResetRefusal::Forbidden(_)) => Err(Failure::Forbidden),
        Err(ResetRefusal::NotFound) => Err(Failure::NotFound),
        Err(ResetRefusal::Db(error)) => Err(error.into()),
        Err(refusal @ ResetRefusal::TooOften) => Err(Failure::Conflict {
            title: "No link was sent".to_owned(),
            message: sentence(&refusal.to_string()),
            link: format!("/users/{id}/devices"),
        }),
    }
}

/// `POST /users/{id}/reset-two-factor`: for somebody who lost their phone.
pub(crate) async fn reset_two_factor(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Response, Failure> {
    let done = app
        .db
        .write(move |tx| two_factor::reset(tx, &visitor.ctx, id))
        .await;
    match done {
        Ok(()) => {
            app.wake.wake();
            Ok(see_other(&format!("/users/{id}/activity")))
        }
        Err(TwoFactorReset::Forbidden(_)) => Err(Failure::Forbidden),
        Err(TwoFactorReset::NotFound) => Err(Failure::NotFound),
        Err(TwoFactorReset::Db(error)) => Err(error.into()),
        Err(refusal @ (TwoFactorReset::Own | TwoFactorReset::Shared)) => Err(Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&refusal.to_string()),
            link: format!("/users/{id}/devices"),
        }),
    }
}

/// `POST /users/{id}/devices/{session}/end`
pub(crate) async fn end_device(
    State(app): State<App>,
    visitor: Visitor,
    Path((user, session)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let user: UserId = user.parse().map_err(|_| Failure::NotFound)?;
    let session: SessionId = session.parse().map_err(|_| Failure::NotFound)?;
    app.db
        .write(move |tx| devices::end_of_user(tx, &visitor.ctx, user, session))
        .await
        .map_err(of_device)?;
    Ok(see_other(&format!("/users/{user}/devices")))
}

/// The submitted form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    limit: String,
}

/// `POST /users/{id}/devices`: how many devices at once; empty for the account's number.
pub(crate) async fn set_limit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let limit = match fields.limit.trim() {
        "" => None,
        text => Some(text.parse().unwrap_or_default()),
    };
    let set = app
        .db
        .write(move |tx| rules::set_own_limit(tx, &visitor.ctx, id, limit))
        .await;
    match set {
        Ok(()) => Ok(see_other(&format!("/users/{id}/devices"))),
        Err(RulesRefusal::Forbidden(_)) => Err(Failure::Forbidden),
        Err(RulesRefusal::NotFound) => Err(Failure::NotFound),
        Err(RulesRefusal::Db(error)) => Err(error.into()),
        Err(refusal) => Err(Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&refusal.to_string()),
            link: format!("/users/{id}/devices"),
        }),
    }
}

pub(super) fn of_device(refusal: DeviceRefusal) -> Failure {
    match refusal {
        DeviceRefusal::Forbidden(_) => Failure::Forbidden,
        DeviceRefusal::NotFound => Failure::NotFound,
        DeviceRefusal::Db(error) => error.into(),
    }
}
