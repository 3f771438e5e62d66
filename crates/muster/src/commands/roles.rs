//! `muster roles`: administrator roles of the account's own.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context as _, Result, bail};
use db::Tx;
use directory::{
    Action, Ctx, groups,
    roles::{self, AdminRole, NewRole, Scope, Template},
    workflows,
};
use kernel::{AdminRoleId, GroupId, Role, WorkflowId, fold};
use serde_json::{Value, json};

use crate::{
    cli::roles::{self as cli, Add, Edit, RoleScope},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn run(house: &House, command: &cli::Roles) -> Result<Exit> {
    match command {
        cli::Roles::List(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            list(house, &ctx, args.json)
        }
        cli::Roles::Show {
            role,
            account,
            json,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let role = house.db.read_blocking(|tx| named(tx, &ctx, role))?;
            if json.json {
                output::json(&described(&role, None));
            } else {
                show(&role);
            }
            Ok(Exit::Done)
        }
        cli::Roles::Add(args) => add(house, args),
        cli::Roles::Edit(args) => edit(house, args),
        cli::Roles::Delete {
            role,
            instead,
            account,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            house.db.write_blocking(|tx| {
                let role = named(tx, &ctx, role)?;
                let instead = match instead.as_deref() {
                    None => None,
                    Some("user") => Some((Role::User, None)),
                    Some(other) => Some((Role::Admin, Some(named(tx, &ctx, other)?.id))),
                };
                roles::delete(tx, &ctx, role.id, instead)?;
                Ok::<_, anyhow::Error>(())
            })?;
            Ok(Exit::Done)
        }
    }
}

fn named(tx: &mut Tx<'_>, ctx: &Ctx, text: &str) -> Result<AdminRole> {
    roles::find_by_name(tx, ctx.account, text)?
        .with_context(|| format!("there is no role {text:?} of the account's own"))
}

fn list(house: &House, ctx: &Ctx, as_json: bool) -> Result<Exit> {
    let (found, held): (Vec<AdminRole>, HashMap<AdminRoleId, i64>) =
        house.db.read_blocking(|tx| {
            let held = roles::holders(tx, ctx.account)?.into_iter().collect();
            Ok::<_, db::Error>((roles::list(tx, ctx.account)?, held))
        })?;
    let people = |role: &AdminRole| held.get(&role.id).copied().unwrap_or(0);
    if as_json {
        let all = found.iter().map(|role| described(role, Some(people(role))));
        output::json(&all.collect());
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|role| {
            vec![
                role.name.clone(),
                people(role).to_string(),
                some(&role.groups),
                some(&role.workflows),
                actions(role).join(" "),
            ]
        })
        .collect();
    output::table(&["Name", "People", "Groups", "Workflows", "May"], &rows);
    Ok(Exit::Done)
}

fn show(role: &AdminRole) {
    output::line(&role.name);
    output::line(&format!("Groups: {}", some(&role.groups)));
    output::line(&format!("Workflows: {}", some(&role.workflows)));
    for action in &role.actions {
        output::line(&format!("{:18} {}", action.as_str(), action.words()));
    }
}

fn some<I: Ord>(scope: &Scope<I>) -> String {
    match scope {
        Scope::All => "all".to_owned(),
        Scope::Selected(chosen) => chosen.len().to_string(),
    }
}

fn actions(role: &AdminRole) -> Vec<&'static str> {
    role.actions.iter().map(|action| action.as_str()).collect()
}

/// A role as JSON; `null` for what is not narrowed.
fn described(role: &AdminRole, people: Option<i64>) -> Value {
    let groups: Vec<String> = role.groups.selected().map(ToString::to_string).collect();
    let workflows: Vec<String> = role.workflows.selected().map(ToString::to_string).collect();
    let narrowed = |is_all: bool, ids: Vec<String>| if is_all { Value::Null } else { json!(ids) };
    let mut value = json!({
        "id": role.id.to_string(),
        "name": role.name,
        "may": actions(role),
        "groups": narrowed(role.groups == Scope::All, groups),
        "workflows": narrowed(role.workflows == Scope::All, workflows),
    });
    if let (Some(people), Some(object)) = (people, value.as_object_mut()) {
        object.insert("people".to_owned(), json!(people));
    }
    value
}

fn add(house: &House, args: &Add) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let mut wanted = parsed(&args.may)?;
    if let Some(key) = &args.template {
        let template =
            Template::find(key).with_context(|| format!("there is no template {key:?}"))?;
        wanted.extend(template.actions);
    }
    let id = house.db.write_blocking(|tx| {
        let (groups, workflows) = scopes(tx, &ctx, &args.scope)?;
        let new = NewRole {
            name: args.name.clone(),
            actions: wanted,
            groups: groups.unwrap_or(Scope::All),
            workflows: workflows.unwrap_or(Scope::All),
        };
        Ok::<_, anyhow::Error>(roles::add(tx, &ctx, &new)?)
    })?;
    output::line(&id.to_string());
    Ok(Exit::Done)
}

fn edit(house: &House, args: &Edit) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let wanted = parsed(&args.may)?;
    house.db.write_blocking(|tx| {
        let role = named(tx, &ctx, &args.role)?;
        let (groups, workflows) = scopes(tx, &ctx, &args.scope)?;
        let new = NewRole {
            name: args.name.clone().unwrap_or(role.name),
            actions: if wanted.is_empty() {
                role.actions
            } else {
                wanted
            },
            groups: groups.unwrap_or(role.groups),
            workflows: workflows.unwrap_or(role.workflows),
        };
        roles::change(tx, &ctx, role.id, role.version, &new)?;
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(Exit::Done)
}

fn parsed(names: &[String]) -> Result<BTreeSet<Action>> {
    names
        .iter()
        .map(|name| Action::parse(name).with_context(|| format!("there is no permission {name:?}")))
        .collect()
}

type Scopes = (Option<Scope<GroupId>>, Option<Scope<WorkflowId>>);

/// What was said of groups and workflows; nothing where nothing was.
fn scopes(tx: &mut Tx<'_>, ctx: &Ctx, scope: &RoleScope) -> Result<Scopes> {
    let groups = if scope.all_groups {
        Some(Scope::All)
    } else if scope.groups.is_empty() {
        None
    } else {
        let known = groups::names(tx, ctx.account)?;
        let known = known.into_iter().map(|group| (group.id, group.name_key));
        Some(chosen(&scope.groups, known.collect(), "group or team")?)
    };
    let workflows = if scope.all_workflows {
        Some(Scope::All)
    } else if scope.workflows.is_empty() {
        None
    } else {
        let known = workflows::list(tx, ctx.account)?;
        let known = known.into_iter().map(|one| (one.id, one.name_key));
        Some(chosen(&scope.workflows, known.collect(), "workflow")?)
    };
    Ok((groups, workflows))
}

fn chosen<I: Copy + Ord + ToString>(
    wanted: &[String],
    known: Vec<(I, String)>,
    what: &str,
) -> Result<Scope<I>> {
    let mut ids = BTreeSet::new();
    for text in wanted {
        let key = fold(text);
        let fitting: Vec<I> = known
            .iter()
            .filter(|one| one.1 == key || one.0.to_string() == *text)
            .map(|one| one.0)
            .collect();
        match fitting.as_slice() {
            [one] => ids.insert(*one),
            [] => bail!("there is no {what} {text:?}"),
            _ => bail!("more than one {what} is called {text:?}; use the id"),
        };
    }
    Ok(Scope::Selected(ids))
}
