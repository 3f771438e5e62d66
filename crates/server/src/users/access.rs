//! The access of a person to devices, with what the visitor may do about it.

use askama::Template;
use axum::extract::State;
use db::Tx;
use directory::{
    Action,
    access::{self, Standing},
    accounts,
};
use jiff::tz::TimeZone;
use kernel::UserId;

use super::frame::{Frame, Tab};
use crate::{
    app::App,
    devices::AccessLine,
    extract::Id,
    failure::Failure,
    format,
    guard::Visitor,
    page::{Page, Section, Shell},
};

#[derive(Template)]
#[template(path = "users/access.html")]
pub(crate) struct AccessPage {
    shell: Shell,
    frame: Frame,
    grants: Vec<AccessLine>,
    may_give: bool,
}

/// `GET /users/{id}/access`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Page<AccessPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id))
        .await
        .map(Page)
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<AccessPage, Failure> {
    let (frame, _) = Frame::load(tx, visitor, id, Tab::Access)?;
    let zone = format::zone(&accounts::get(tx, visitor.ctx.account)?.time_zone);
    Ok(AccessPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        frame,
        grants: grants(tx, visitor, id, &zone)?,
        may_give: visitor.ctx.require(Action::ManageAccess).is_ok(),
    })
}

fn grants(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: UserId,
    zone: &TimeZone,
) -> db::Result<Vec<AccessLine>> {
    let ctx = &visitor.ctx;
    let manages = ctx.require(Action::ManageAccess).is_ok();
    let all = access::of_user(tx, ctx.account, id, ctx.now())?;
    Ok(all
        .iter()
        .map(|one| {
            let base = format!("/devices/{}", one.device);
            AccessLine {
                notes: one.notes.clone().unwrap_or_default(),
                inviter: one.inviter.clone().unwrap_or_default(),
                manage: (manages && one.standing != Standing::Revoked)
                    .then(|| format!("{base}/users/{id}")),
                link: manages.then_some(base),
                ..AccessLine::new(one, zone)
            }
        })
        .collect())
}
