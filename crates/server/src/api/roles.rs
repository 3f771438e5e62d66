//! Administrator roles of the account's own, and giving one to a user.

use db::Tx;
use directory::{
    Action,
    roles::{self, AdminRole, NewRole, RoleRefusal, Scope, Template},
    users::{Typed, UserRecord},
};
use kernel::{AdminRoleId, Role};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    operation::{Answered, Body, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{failure::Failure, format::sentence};

/// Everything a role of the account's own can hold.
const ACTIONS: &[&str] = &[
    "users.view",
    "users.edit",
    "users.delete",
    "users.export",
    "users.invite",
    "imports.view",
    "imports.run",
    "groups.edit",
    "devices.access",
    "cards.manage",
    "workflows.manage",
    "documents.manage",
    "reports.view",
    "activity.view",
    "outbox.view",
    "settings.edit",
    "tokens.manage",
];
const TEMPLATES: &[&str] = &["people", "site", "importer", "workflows", "auditor"];
const MAY: Shape = Shape::List(&Shape::OneOf(ACTIONS), 100);
const SOME: Shape = Shape::Maybe(&Shape::List(&Shape::Id, 10_000));

const ROLE: Shape = Shape::Named(
    "Role",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("name", Shape::Text(0, 200), ""),
        field("may", MAY, "What whoever has it may do."),
        field(
            "groups",
            SOME,
            "For the people of which groups and teams; null: of all.",
        ),
        field(
            "workflows",
            SOME,
            "For which workflows and their documents; null: for all.",
        ),
        field(
            "people",
            Shape::Integer(0, i64::MAX),
            "How many users have it.",
        ),
        field(
            "version",
            Shape::Integer(1, i64::MAX),
            "Counts the changes; the ETag.",
        ),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a50","name":"Site administrator","may":["users.view","users.edit","users.invite"],"groups":["01977420-5c1d-7b32-9a01-3d1f5b9e2a11"],"workflows":null,"people":2,"version":1}"#;

macro_rules! values {
    ($($first:expr),*) => {
        Shape::Object(&[
            $($first,)*
            may("may", MAY, "What whoever has it may do; what that cannot be done without is added."),
            may("groups", SOME, "For the people of which groups and teams; null: of all."),
            may("workflows", SOME, "For which workflows and their documents; null: for all."),
        ])
    };
}

const NAME: Shape = Shape::Text(1, 60);
const NEW: Shape = Shape::Named(
    "NewRole",
    &values![
        field("name", NAME, "One that no other role has."),
        may(
            "template",
            Shape::OneOf(TEMPLATES),
            "A set of actions to begin with; `may` adds to them."
        )
    ],
);
const CHANGES: Shape = Shape::Named("RoleChanges", &values![may("name", NAME, "")]);

pub(super) const LIST: Operation =
    Operation::new("listRoles", "List roles of the account's own", Work::Read(list))
        .words("By name, on one page. Only owners see and change roles; they are given with `admin_role` of `changeUser`.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&ROLE)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a50","name":"Site administrator","people":2}],"next":null}"#,
        );
pub(super) const SHOW: Operation =
    Operation::new("getRole", "One role", Work::Read(show)).answers(Answered::One(&ROLE), EXAMPLE);
pub(super) const CREATE: Operation = Operation::new("createRole", "Make a role", Work::Write(create))
    .body(Body::Json(
        &NEW,
        r#"{"name":"Site administrator","may":["users.edit","users.invite"],"groups":["01977420-5c1d-7b32-9a01-3d1f5b9e2a11"]}"#,
    ))
    .answers(Answered::Made(&ROLE), EXAMPLE);
pub(super) const CHANGE: Operation =
    Operation::new("changeRole", "Change a role", Work::Write(change))
        .words("For everybody who has it, from their next request on. A merge patch (RFC 7396): what is not named stays.")
        .body(Body::Json(
            &CHANGES,
            r#"{"may":["users.view"],"groups":null}"#,
        ))
        .answers(Answered::One(&ROLE), EXAMPLE)
        .needs_version();
pub(super) const DELETE: Operation = Operation::new(
    "deleteRole",
    "Delete a role",
    Work::Write(delete),
)
.words(
    "Refused with 409 `role_in_use` while users have it and `instead` does not say what they get.",
)
.query(&[may(
    "instead",
    Shape::Text(1, 200),
    "The id or name of another role, or `user`: no administrator any more.",
)])
.needs_version();

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let all = roles::all(tx, &ask.ctx)?;
    Ok(Reply::page(ask, all.iter().map(value).collect(), None))
}

fn value((role, people): &(AdminRole, i64)) -> Value {
    json!({
        "id": role.id, "name": role.name, "people": people, "version": role.version,
        "may": role.actions.iter().map(|action| action.as_str()).collect::<Vec<_>>(),
        "groups": chosen(&role.groups), "workflows": chosen(&role.workflows),
    })
}

/// The ids of what was selected; null for all.
fn chosen<I: Ord + ToString>(scope: &Scope<I>) -> Value {
    match scope {
        Scope::All => Value::Null,
        Scope::Selected(ids) => ids.iter().map(ToString::to_string).collect(),
    }
}

fn get(tx: &mut Tx<'_>, ask: &Ask) -> Result<(AdminRole, i64), Problem> {
    Ok(roles::one(tx, &ask.ctx, ask.id("id")?)?)
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(reply(&get(tx, ask)?))
}

fn reply(found: &(AdminRole, i64)) -> Reply {
    Reply::one(value(found)).tagged(&tag(found.0.version))
}

/// What the body says, on top of what there is.
fn wanted(ask: &Ask, before: NewRole) -> NewRole {
    let mut role = before;
    if let Some(name) = ask.text("name") {
        name.clone_into(&mut role.name);
    }
    if let Some(all) = ask.body.get("may").and_then(Value::as_array) {
        let actions = all.iter().filter_map(Value::as_str);
        role.actions = actions.filter_map(Action::parse).collect();
    }
    if let Some(template) = ask.text("template").and_then(Template::find) {
        role.actions.extend(template.actions);
    }
    match ask.body.get("groups") {
        None => {}
        Some(Value::Null) => role.groups = Scope::All,
        Some(_) => role.groups = Scope::Selected(ask.ids("groups").into_iter().collect()),
    }
    match ask.body.get("workflows") {
        None => {}
        Some(Value::Null) => role.workflows = Scope::All,
        Some(_) => role.workflows = Scope::Selected(ask.ids("workflows").into_iter().collect()),
    }
    role
}

fn create(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let nothing = NewRole {
        name: String::new(),
        actions: std::collections::BTreeSet::new(),
        groups: Scope::All,
        workflows: Scope::All,
    };
    let id = roles::add(tx, &ask.ctx, &wanted(ask, nothing))?;
    let made = roles::one(tx, &ask.ctx, id)?;
    let reply = Reply::made(value(&made), &format!("/api/v1/roles/{id}"));
    Ok(reply.tagged(&tag(made.0.version)))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let (role, _) = get(tx, ask)?;
    ask.expect(&tag(role.version))?;
    let before = NewRole {
        name: role.name,
        actions: role.actions,
        groups: role.groups,
        workflows: role.workflows,
    };
    roles::change(tx, &ask.ctx, role.id, role.version, &wanted(ask, before))?;
    show(tx, ask)
}

fn delete(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let (role, _) = get(tx, ask)?;
    ask.expect(&tag(role.version))?;
    let instead = match ask.param("instead") {
        None => None,
        Some("user") => Some((Role::User, None)),
        Some(other) => {
            let found = roles::find_by_name(tx, ask.ctx.account, other)?;
            let found = found.ok_or(RoleRefusal::Replacement)?;
            Some((Role::Admin, Some(found.id)))
        }
    };
    roles::delete(tx, &ask.ctx, role.id, instead)?;
    Ok(Reply::nothing())
}

/// Gives a user the role of the account's own that the body names, or none any more.
pub(super) fn give(
    tx: &mut Tx<'_>,
    ask: &Ask,
    typed: &mut Typed,
    before: Option<&UserRecord>,
) -> Result<(), Problem> {
    match ask.body.get("admin_role") {
        Some(Value::String(_)) if ask.text("role").is_some_and(|role| role != "admin") => {
            let detail = "Only administrators have a role of the account's own.";
            Err(Problem::invalid(vec![Wrong::new("/admin_role", detail)]))
        }
        Some(Value::String(text)) => {
            typed.set("role", named(tx, ask, text)?.to_string());
            Ok(())
        }
        Some(Value::Null) if ask.text("role").is_none() => {
            if before.is_some_and(|record| record.admin_role.is_some()) {
                typed.set("role", "admin");
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A role of the account's own, by its id or its name.
fn named(tx: &mut Tx<'_>, ask: &Ask, text: &str) -> Result<AdminRoleId, Problem> {
    let found = roles::find_by_name(tx, ask.ctx.account, text)?;
    let unknown = || Wrong::new("/admin_role", "There is no such role of the account's own.");
    found
        .map(|role| role.id)
        .ok_or_else(|| Problem::invalid(vec![unknown()]))
}

impl From<RoleRefusal> for Problem {
    fn from(refusal: RoleRefusal) -> Self {
        let (code, words) = (refusal.code(), sentence(&refusal.to_string()));
        let wrong = |at: &str| Self::invalid(vec![Wrong::new(at, words.clone())]);
        match refusal {
            RoleRefusal::Forbidden(_) => Failure::Forbidden.into(),
            RoleRefusal::NotFound => Self::not_found(),
            RoleRefusal::Db(error) => error.into(),
            RoleRefusal::Name => wrong("/name"),
            RoleRefusal::Nothing | RoleRefusal::OwnersOnly(_) | RoleRefusal::NotPerGroup(_) => {
                wrong("/may")
            }
            RoleRefusal::NoneSelected(what) | RoleRefusal::Gone(what) => {
                wrong(&format!("/{what}s"))
            }
            RoleRefusal::Stale
            | RoleRefusal::Exists(_)
            | RoleRefusal::TooMany
            | RoleRefusal::InUse(_)
            | RoleRefusal::Replacement => Self::conflict(code, words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_role_can_hold_is_what_its_form_has() {
        let of_form: Vec<_> = roles::AREAS
            .iter()
            .flat_map(|area| area.actions)
            .map(|action| action.as_str())
            .collect();
        assert_eq!(of_form, ACTIONS);
        let templates: Vec<_> = roles::TEMPLATES.iter().map(|one| one.key).collect();
        assert_eq!(templates, TEMPLATES);
    }
}
