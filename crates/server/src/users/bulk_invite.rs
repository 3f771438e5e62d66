//! Inviting those who were chosen in the list of people: what it would reach, then a wave.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::{bulk, users::Selection};
use invite::wave::{self, NewWave, Preview, Wanted};
use kernel::UserId;

use super::bulk::{failure, nobody};
use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    format::count,
    guard::Visitor,
    invitations,
    page::{Page, Section, Shell, see_other},
};

/// So many are invited together from here; more are by an import, or all of the account.
const MOST_INVITED: usize = 2_000;

#[derive(Template)]
#[template(path = "users/bulk_invite.html")]
struct InvitePage {
    shell: Shell,
    people: Vec<UserId>,
    preview: Preview,
}

/// Looks at whom an invitation would reach; beginning it is a wave.
pub(super) async fn invite_page(
    app: &App,
    visitor: Visitor,
    selection: Selection,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| {
            let people = bulk::chosen(tx, &visitor.ctx, &selection, MOST_INVITED + 1)
                .map_err(|error| failure(error, "/users"))?;
            if people.len() > MOST_INVITED {
                return Err(Failure::Conflict {
                    title: "Those are too many to invite from here".to_owned(),
                    message: format!(
                        "Up to {} people are invited from the list; Invitations does so for an import or everybody.",
                        count(MOST_INVITED as i64)
                    ),
                    link: "/invitations/new".to_owned(),
                });
            }
            let preview = wave::preview(tx, &visitor.ctx, &of(people.clone()))
                .map_err(|error| invitations::refused(error, "/users".to_owned()))?;
            Ok(InvitePage {
                shell: Shell::load(tx, &visitor, Section::Users)?,
                people,
                preview,
            })
        })
        .await?;
    Ok(Page(page).into_response())
}

fn of(people: Vec<UserId>) -> NewWave {
    NewWave {
        selection: wave::Selection::People(people),
        again: true,
        channel: Wanted::Any,
        days: None,
        send_at: None,
    }
}

/// `POST /users/bulk/invite`
pub(crate) async fn invite(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let people: Vec<UserId> = fields
        .iter()
        .filter(|field| field.0 == "user")
        .filter_map(|field| field.1.parse().ok())
        .take(MOST_INVITED)
        .collect();
    if people.is_empty() {
        return Err(nobody());
    }
    let id = app
        .db
        .write(move |tx| wave::begin(tx, &visitor.ctx, &of(people)))
        .await
        .map_err(|error| invitations::refused(error, "/users".to_owned()))?;
    app.wake.wake();
    Ok(see_other(&format!("/invitations/waves/{id}")))
}
