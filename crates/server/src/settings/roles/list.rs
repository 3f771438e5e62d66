//! The roles of the account with how many people have each.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use directory::{
    Action,
    roles::{self, AREAS, AdminRole, Scope, TEMPLATES},
};
use kernel::AdminRoleId;
use serde::Deserialize;

use super::{LIST, refused};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::counted,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "settings/roles.html")]
pub(crate) struct RolesPage {
    shell: Shell,
    lines: Vec<Line>,
    templates: &'static [roles::Template],
}

struct Line {
    id: AdminRoleId,
    name: String,
    areas: String,
    scope: String,
    people: String,
    copy: String,
}

/// "Users, Cards": the areas of which a role allows something.
fn areas(role: &AdminRole) -> String {
    let allowed = |actions: &[Action]| actions.iter().any(|action| role.actions.contains(action));
    let names: Vec<_> = AREAS
        .iter()
        .filter(|area| allowed(area.actions))
        .map(|area| area.name)
        .collect();
    names.join(", ")
}

/// "Everybody, 2 workflows".
pub(super) fn scope(role: &AdminRole) -> String {
    let groups = match &role.groups {
        Scope::All => "Everybody".to_owned(),
        Scope::Selected(chosen) => {
            counted(chosen.len() as i64, "group or team", "groups and teams")
        }
    };
    match &role.workflows {
        Scope::All => groups,
        Scope::Selected(chosen) => {
            format!(
                "{groups}, {}",
                counted(chosen.len() as i64, "workflow", "workflows")
            )
        }
    }
}

/// `GET /settings/roles`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Page<RolesPage>, Failure> {
    app.db
        .read(move |tx| {
            let account = visitor.session.account;
            let held: HashMap<_, _> = roles::holders(tx, account)?.into_iter().collect();
            let lines = roles::list(tx, account)?
                .into_iter()
                .map(|role| Line {
                    areas: areas(&role),
                    scope: scope(&role),
                    people: counted(held.get(&role.id).copied().unwrap_or(0), "person", "people"),
                    copy: copy_of(&role.name),
                    id: role.id,
                    name: role.name,
                })
                .collect();
            Ok(Page(RolesPage {
                shell: Shell::load(tx, &visitor, Section::Settings)?,
                lines,
                templates: TEMPLATES,
            }))
        })
        .await
}

/// The name a copy is proposed to have, short enough for one.
fn copy_of(name: &str) -> String {
    let name: String = name.chars().take(50).collect();
    format!("Copy of {name}")
}

/// The name of a copy.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Copy {
    name: String,
}

/// `POST /settings/roles/{id}/duplicate`
pub(crate) async fn duplicate(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<AdminRoleId>,
    Form(copy): Form<Copy>,
) -> Result<Response, Failure> {
    let made = app
        .db
        .write(move |tx| roles::duplicate(tx, &visitor.ctx, id, &copy.name))
        .await;
    let made = made.map_err(|refusal| refused(refusal, LIST))?;
    Ok(see_other(&format!("{LIST}/{made}")))
}
