//! `muster roles` against a server.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use directory::Action;
use kernel::fold;
use serde_json::{Map, Value, json};

use super::{client::Client, things, work};
use crate::{
    cli::roles::{Add, Edit, RoleScope, Roles},
    commands::roles::{self, ShownRole, chosen, narrowed},
    exit::Exit,
    output,
};

const ROLES: &str = "/api/v1/roles";

pub(crate) fn run(client: &Client, command: &Roles) -> Result<Exit> {
    match command {
        Roles::List(args) => roles::listed(&all(client)?, args.json),
        Roles::Show { role, json, .. } => roles::show(named(client, role)?, json.json),
        Roles::Add(args) => add(client, args),
        Roles::Edit(args) => edit(client, args),
        Roles::Delete { role, instead, .. } => delete(client, role, instead.as_deref()),
    }
}

fn all(client: &Client) -> Result<Vec<ShownRole>> {
    client.all(ROLES.to_owned())
}

/// The role with this id or name.
fn named(client: &Client, text: &str) -> Result<ShownRole> {
    let (id, key) = (text.parse().ok(), fold(text.trim()));
    let mut found = all(client)?.into_iter();
    let found = found.find(|role| Some(role.id) == id || fold(&role.name) == key);
    found.with_context(|| roles::unknown(text))
}

fn add(client: &Client, args: &Add) -> Result<Exit> {
    let mut body = scopes(client, &args.scope)?;
    body.insert("name".to_owned(), json!(args.name));
    may(&mut body, &roles::allowed(args)?);
    let made = client.post(ROLES, &Value::Object(body))?;
    output::line(made.get("id").and_then(Value::as_str).unwrap_or_default());
    Ok(Exit::Done)
}

fn edit(client: &Client, args: &Edit) -> Result<Exit> {
    let wanted = roles::parsed(&args.may)?;
    let role = named(client, &args.role)?;
    let mut body = scopes(client, &args.scope)?;
    if let Some(name) = &args.name {
        body.insert("name".to_owned(), json!(name));
    }
    if !wanted.is_empty() {
        may(&mut body, &wanted);
    }
    client.change(&format!("{ROLES}/{}", role.id), &Value::Object(body))?;
    Ok(Exit::Done)
}

fn delete(client: &Client, role: &str, instead: Option<&str>) -> Result<Exit> {
    let role = named(client, role)?;
    let instead = match instead {
        None => String::new(),
        Some("user") => "?instead=user".to_owned(),
        Some(other) => format!("?instead={}", named(client, other)?.id),
    };
    client.remove(&format!("{ROLES}/{}{instead}", role.id))?;
    Ok(Exit::Done)
}

fn may(body: &mut Map<String, Value>, actions: &BTreeSet<Action>) {
    body.insert("may".to_owned(), json!(roles::names(actions)));
}

/// What was said of groups and workflows, as the API takes it.
fn scopes(client: &Client, scope: &RoleScope) -> Result<Map<String, Value>> {
    let mut body = Map::new();
    if scope.all_groups {
        body.insert("groups".to_owned(), Value::Null);
    } else if !scope.groups.is_empty() {
        let known = things::groups_and_teams(client)?.into_iter();
        let known = known.map(|group| (group.id, fold(&group.name).into_owned()));
        let groups = chosen(&scope.groups, known.collect(), "group or team")?;
        body.insert("groups".to_owned(), json!(narrowed(&groups)));
    }
    if scope.all_workflows {
        body.insert("workflows".to_owned(), Value::Null);
    } else if !scope.workflows.is_empty() {
        let known = work::all(client)?.into_iter();
        let known = known.map(|one| (one.id, fold(&one.name).into_owned()));
        let workflows = chosen(&scope.workflows, known.collect(), "workflow")?;
        body.insert("workflows".to_owned(), json!(narrowed(&workflows)));
    }
    Ok(body)
}
