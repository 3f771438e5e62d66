//! The start page: straight to the people for those who look after them, to themselves for everybody else.

use axum::response::Response;
use directory::Action;

use crate::{guard::Visitor, page::see_other};

/// `GET /`
pub(crate) async fn show(visitor: Visitor) -> Response {
    if visitor.ctx.may(Action::ViewUsers) {
        see_other("/users")
    } else {
        see_other("/me")
    }
}
