//! Where a person is signed in, how they sign in, and the version of the app there (S1.22, S2.21-S2.25).

use askama::Template;
use axum::extract::State;
use db::Tx;
use directory::{Action, accounts};
use identity::devices;
use kernel::UserId;
use requests::early::EarlySettings;

use super::{
    frame::{Frame, Tab},
    sign_in::{self, SignIn},
};
use crate::{
    app::App,
    early::EarlyCard,
    extract::Id,
    failure::Failure,
    format,
    guard::Visitor,
    page::{Page, Section, Shell},
};

#[derive(Template)]
#[template(path = "users/devices.html")]
pub(crate) struct DevicesPage {
    shell: Shell,
    frame: Frame,
    id: UserId,
    /// Of somebody who signs in.
    sign_in: Option<SignIn>,
    early: Option<EarlyCard>,
    has_managed: bool,
}

/// `GET /users/{id}/devices`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Page<DevicesPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id))
        .await
        .map(Page)
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<DevicesPage, Failure> {
    let (frame, record) = Frame::load(tx, visitor, id, Tab::Devices)?;
    let zone = format::zone(&accounts::get(tx, visitor.ctx.account)?.time_zone);
    Ok(DevicesPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        frame,
        id,
        sign_in: if record.user.identity.is_some() {
            sign_in::load(tx, visitor, id, &zone)?
        } else {
            None
        },
        early: early(tx, visitor, id)?,
        has_managed: record.user.email.is_some(),
    })
}

/// For those who may decide about it.
fn early(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<Option<EarlyCard>, Failure> {
    if !visitor.ctx.actor.may_for_all(Action::EditUsers) {
        return Ok(None);
    }
    let account = visitor.ctx.account;
    let devices = devices::list_of_user(tx, &visitor.ctx, id).map_err(sign_in::of_device)?;
    let access = requests::early::of_user(tx, account, id)?;
    let settings = EarlySettings::load(tx, account)?;
    Ok(EarlyCard::new(
        access.as_ref(),
        &settings,
        devices::app_version(&devices),
    ))
}
