//! The cards of a person.

use askama::Template;
use axum::extract::State;
use db::Tx;
use directory::Action;
use kernel::UserId;

use super::frame::{Frame, Tab};
use crate::{
    app::App,
    cards::{HeldCard, held},
    extract::Id,
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell},
};

#[derive(Template)]
#[template(path = "users/cards.html")]
pub(crate) struct CardsPage {
    shell: Shell,
    frame: Frame,
    cards: Vec<HeldCard>,
    /// Where a card is added for them, for whoever may.
    add: String,
}

/// `GET /users/{id}/cards`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Page<CardsPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id))
        .await
        .map(Page)
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<CardsPage, Failure> {
    let (frame, _) = Frame::load(tx, visitor, id, Tab::Cards)?;
    let ctx = &visitor.ctx;
    Ok(CardsPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        frame,
        cards: held(tx, ctx.account, id, ctx.now())?,
        add: if ctx.require(Action::ManageCards).is_ok() {
            format!("/cards/new?user={id}")
        } else {
            String::new()
        },
    })
}
