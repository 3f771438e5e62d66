//! The groups and teams of a person: which, and putting them into one or taking them out (S1.20, S2.19).

use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use directory::{
    Action,
    groups::{self, Group, GroupKind},
};
use kernel::{GroupId, UserId};
use serde::Deserialize;

use super::frame::{Frame, Tab};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id},
    failure::Failure,
    groups::refused,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "users/groups.html")]
pub(crate) struct GroupsPage {
    shell: Shell,
    frame: Frame,
    memberships: Vec<Membership>,
    free: Vec<Choice>,
    may_change: bool,
}

struct Membership {
    id: GroupId,
    name: String,
    kind: &'static str,
    leads: bool,
}

/// `GET /users/{id}/groups`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Page<GroupsPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id))
        .await
        .map(Page)
}

const fn kind_name(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Group => "Group",
        GroupKind::Team => "Team",
    }
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<GroupsPage, Failure> {
    let account = visitor.ctx.account;
    let (frame, record) = Frame::load(tx, visitor, id, Tab::Groups)?;
    let may_change = visitor.ctx.require(Action::EditGroups).is_ok() && frame.may_edit;
    let mut memberships = Vec::new();
    for (group, kind, name) in &record.groups {
        let is_team = *kind == GroupKind::Team;
        memberships.push(Membership {
            id: *group,
            name: name.clone(),
            kind: kind_name(*kind),
            leads: is_team && groups::team_admins(tx, account, *group)?.contains(&id),
        });
    }
    let is_free = |group: &Group| record.groups.iter().all(|one| one.0 != group.id);
    let all = if may_change {
        groups::names(tx, account)?
    } else {
        Vec::new()
    };
    let choice = |group: Group| {
        let text = format!("{} ({})", group.name, kind_name(group.kind).to_lowercase());
        Choice::new(group.id.to_string(), text, false)
    };
    let free = all.into_iter().filter(is_free).map(choice).collect();
    Ok(GroupsPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        frame,
        memberships,
        free,
        may_change,
    })
}

/// A group of a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    group: String,
}

/// `POST /users/{id}/groups`
pub(crate) async fn join(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    changed(&app, visitor, id, &fields, true).await
}

/// `POST /users/{id}/groups/remove`
pub(crate) async fn leave(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    changed(&app, visitor, id, &fields, false).await
}

async fn changed(
    app: &App,
    visitor: Visitor,
    id: UserId,
    fields: &Fields,
    is_in: bool,
) -> Result<Response, Failure> {
    let group: GroupId = fields.group.parse().map_err(|_| Failure::BadRequest)?;
    let path = format!("/users/{id}/groups");
    let done = app
        .db
        .write(move |tx| {
            if is_in {
                groups::add_member(tx, &visitor.ctx, group, id)
            } else {
                groups::remove_member(tx, &visitor.ctx, group, id)
            }
        })
        .await;
    done.map_err(|error| refused(error, &path))?;
    Ok(see_other(&path))
}
