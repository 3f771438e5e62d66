//! Handing a device over: by exactly the address of the new owner, and after asking.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{
    access::{self, AccessRefusal, Address, Right},
    accounts,
};
use kernel::{DeviceId, Email, Phone, Region};
use serde::Deserialize;

use super::place::{Frame, Place, failure};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    form::Field,
    format::sentence,
    guard::Visitor,
    page::{Page, Shell, see_other, with_status},
};

#[derive(Template)]
#[template(path = "devices/transfer.html")]
struct TransferPage {
    shell: Shell,
    frame: Frame,
    to: Field,
    /// Who would get it, once they are found.
    recipient: Option<String>,
    /// Whether whoever asks owns it, and keeps Full access.
    is_own: bool,
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    to: String,
    sure: String,
}

/// `GET /devices/{id}/transfer`, and the same in the portal.
pub(crate) async fn show(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    Id(id): Id<DeviceId>,
) -> Result<Response, Failure> {
    let page = page(&app, place, visitor, id, Field::default(), None).await?;
    Ok(Page(page).into_response())
}

/// `POST /devices/{id}/transfer`, and the same in the portal.
///
/// The first time the answer asks whether this is the right person.
pub(crate) async fn transfer(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    Id(id): Id<DeviceId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let (ctx, written, is_sure) = (
        visitor.ctx.clone(),
        fields.to.clone(),
        !fields.sure.is_empty(),
    );
    let done = app
        .db
        .write(move |tx| {
            let country = accounts::get(tx, ctx.account)?.default_country;
            let Some(to) = address(&written, country.as_deref()) else {
                // Whether they may is told before what is wrong with the address.
                access::device(tx, &ctx, id)?;
                return Err(AccessRefusal::RecipientUnknown);
            };
            if is_sure {
                access::transfer(tx, &ctx, id, &to)
            } else {
                access::recipient(tx, &ctx, id, &to)
            }
        })
        .await;
    let mut field = Field::new(fields.to);
    match done {
        Ok(_) if is_sure => Ok(see_other(&format!("{}?done=transferred", place.device(id)))),
        Ok(new) => {
            let page = page(&app, place, visitor, id, field, Some(new.name)).await?;
            Ok(Page(page).into_response())
        }
        Err(refusal @ (AccessRefusal::RecipientUnknown | AccessRefusal::IsOwner)) => {
            field.error = Some(sentence(&refusal.to_string()));
            let page = page(&app, place, visitor, id, field, None).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(refusal) => Err(failure(refusal, place.device(id))),
    }
}

/// The address that somebody typed; phone numbers may be as in the account's country.
pub(crate) fn address(text: &str, country: Option<&str>) -> Option<Address> {
    if text.contains('@') {
        Email::parse(text).ok().map(Address::Email)
    } else {
        let region = country.and_then(|code| Region::parse(code).ok());
        Phone::parse(text, region).ok().map(Address::Phone)
    }
}

async fn page(
    app: &App,
    place: Place,
    visitor: Visitor,
    id: DeviceId,
    to: Field,
    recipient: Option<String>,
) -> Result<TransferPage, Failure> {
    let found = app
        .db
        .read(move |tx| {
            let (device, right) = access::device(tx, &visitor.ctx, id)?;
            if !right.may_transfer() {
                return Err(AccessRefusal::NotOwner);
            }
            Ok(TransferPage {
                shell: place.shell(tx, &visitor)?,
                frame: Frame::new(place, &device, right),
                to,
                recipient,
                is_own: right == Right::Owner,
            })
        })
        .await;
    found.map_err(|refusal| failure(refusal, place.device(id)))
}
