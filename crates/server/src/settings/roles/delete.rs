//! Deleting a role, and what those who have it get instead.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::roles::{self, RoleRefusal};
use kernel::{AdminRoleId, Role};
use serde::Deserialize;

use super::{LIST, refused};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id},
    failure::Failure,
    format::counted,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "settings/role_delete.html")]
pub(crate) struct DeletePage {
    shell: Shell,
    id: AdminRoleId,
    name: String,
    people: Option<String>,
    others: Vec<Choice>,
}

/// `GET /settings/roles/{id}/delete`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<AdminRoleId>,
) -> Result<Page<DeletePage>, Failure> {
    app.db
        .read(move |tx| {
            let account = visitor.session.account;
            let role = roles::find(tx, account, id)?.ok_or(Failure::NotFound)?;
            let held = roles::holders(tx, account)?;
            let held = held.iter().find(|line| line.0 == id).map(|line| line.1);
            let user = Choice::new("user", "User, without administrator's rights", true);
            let others = roles::list(tx, account)?
                .into_iter()
                .filter(|other| other.id != id)
                .map(|other| Choice::new(other.id.to_string(), other.name, false));
            Ok::<_, Failure>(Page(DeletePage {
                shell: Shell::load(tx, &visitor, Section::Settings)?,
                id,
                name: role.name,
                people: held.map(|held| counted(held, "person has", "people have")),
                others: std::iter::once(user).chain(others).collect(),
            }))
        })
        .await
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    instead: String,
}

/// `POST /settings/roles/{id}/delete`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<AdminRoleId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let link = format!("{LIST}/{id}/delete");
    let instead = match fields.instead.as_str() {
        "" => None,
        "user" => Some((Role::User, None)),
        other => {
            let other = other
                .parse()
                .map_err(|_| refused(RoleRefusal::Replacement, &link))?;
            Some((Role::Admin, Some(other)))
        }
    };
    let deleted = app
        .db
        .write(move |tx| roles::delete(tx, &visitor.ctx, id, instead))
        .await;
    deleted.map_err(|refusal| refused(refusal, &link))?;
    Ok(see_other(LIST))
}
