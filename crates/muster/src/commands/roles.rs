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
use serde::{Deserialize, Serialize};

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
            show(described(&role, None), json.json)
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
    roles::find_by_name(tx, ctx.account, text)?.with_context(|| unknown(text))
}

/// What is said of a role that is not there.
pub(crate) fn unknown(text: &str) -> String {
    format!("there is no role {text:?} of the account's own")
}

fn list(house: &House, ctx: &Ctx, as_json: bool) -> Result<Exit> {
    let (found, held): (Vec<AdminRole>, HashMap<AdminRoleId, i64>) =
        house.db.read_blocking(|tx| {
            let held = roles::holders(tx, ctx.account)?.into_iter().collect();
            Ok::<_, db::Error>((roles::list(tx, ctx.account)?, held))
        })?;
    let people = |role: &AdminRole| held.get(&role.id).copied().unwrap_or(0);
    let all = found.iter().map(|role| described(role, Some(people(role))));
    listed(&all.collect::<Vec<_>>(), as_json)
}

/// A role as it is printed.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownRole {
    pub(crate) id: AdminRoleId,
    pub(crate) name: String,
    may: Vec<String>,
    /// Nothing if it is not narrowed.
    groups: Option<Vec<GroupId>>,
    workflows: Option<Vec<WorkflowId>>,
    /// How many have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<i64>,
}

fn described(role: &AdminRole, people: Option<i64>) -> ShownRole {
    ShownRole {
        id: role.id,
        name: role.name.clone(),
        may: names(&role.actions),
        groups: narrowed(&role.groups),
        workflows: narrowed(&role.workflows),
        people,
    }
}

/// What was selected; nothing for all.
pub(crate) fn narrowed<I: Copy + Ord>(scope: &Scope<I>) -> Option<Vec<I>> {
    match scope {
        Scope::All => None,
        Scope::Selected(chosen) => Some(chosen.iter().copied().collect()),
    }
}

/// Prints roles with how many people have each.
pub(crate) fn listed(found: &[ShownRole], as_json: bool) -> Result<Exit> {
    if as_json {
        output::json(&serde_json::to_value(found)?);
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|role| {
            vec![
                role.name.clone(),
                role.people.unwrap_or_default().to_string(),
                some(role.groups.as_deref()),
                some(role.workflows.as_deref()),
                role.may.join(" "),
            ]
        })
        .collect();
    output::table(&["Name", "People", "Groups", "Workflows", "May"], &rows);
    Ok(Exit::Done)
}

/// Prints what one role allows.
pub(crate) fn show(mut role: ShownRole, as_json: bool) -> Result<Exit> {
    role.people = None;
    if as_json {
        output::json(&serde_json::to_value(&role)?);
        return Ok(Exit::Done);
    }
    output::line(&role.name);
    output::line(&format!("Groups: {}", some(role.groups.as_deref())));
    output::line(&format!("Workflows: {}", some(role.workflows.as_deref())));
    for name in &role.may {
        let words = Action::parse(name).map_or("", Action::words);
        output::line(&format!("{name:18} {words}"));
    }
    Ok(Exit::Done)
}

fn some<I>(chosen: Option<&[I]>) -> String {
    chosen.map_or_else(|| "all".to_owned(), |chosen| chosen.len().to_string())
}

/// The names of what is allowed.
pub(crate) fn names(actions: &BTreeSet<Action>) -> Vec<String> {
    actions
        .iter()
        .map(|action| action.as_str().to_owned())
        .collect()
}

fn add(house: &House, args: &Add) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let wanted = allowed(args)?;
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

/// All that a new role allows.
pub(crate) fn allowed(args: &Add) -> Result<BTreeSet<Action>> {
    let mut wanted = parsed(&args.may)?;
    if let Some(key) = &args.template {
        let template =
            Template::find(key).with_context(|| format!("there is no template {key:?}"))?;
        wanted.extend(template.actions);
    }
    Ok(wanted)
}

/// Permissions by their names.
pub(crate) fn parsed(names: &[String]) -> Result<BTreeSet<Action>> {
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

/// What is meant of what there is, by name or id.
pub(crate) fn chosen<I: Copy + Ord + ToString>(
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
