//! What is kept about a person, and what the law gives them: their data, and being forgotten.

use askama::Template;
use axum::extract::State;
use db::Tx;
use directory::accounts;
use kernel::UserId;

use super::frame::{Frame, Tab};
use crate::{
    app::App,
    extract::Id,
    failure::Failure,
    format,
    guard::Visitor,
    own_data::{self, DataCard},
    page::{Page, Section, Shell},
};

#[derive(Template)]
#[template(path = "users/privacy.html")]
pub(crate) struct PrivacyPage {
    shell: Shell,
    frame: Frame,
    data: DataCard,
}

/// `GET /users/{id}/privacy`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Page<PrivacyPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id))
        .await
        .map(Page)
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<PrivacyPage, Failure> {
    let (frame, _) = Frame::load(tx, visitor, id, Tab::Privacy)?;
    let account = visitor.ctx.account;
    let zone = format::zone(&accounts::get(tx, account)?.time_zone);
    Ok(PrivacyPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        frame,
        data: own_data::card(tx, account, id, &zone)?,
    })
}
