//! The form of a role: what it allows, area by area, for whom, and for which workflows.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    Action,
    groups::{self, GroupKind},
    roles::{self, AREAS, AdminRole, NewRole, RoleRefusal, Scope},
    workflows,
};
use kernel::{AccountId, AdminRoleId, fold};

use super::{LIST, refused};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id, Params},
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

/// With more entries than this a text field is easier than boxes.
const MOST_BOXES: usize = 60;

#[derive(Template)]
#[template(path = "settings/role.html")]
struct RolePage {
    shell: Shell,
    title: String,
    action: String,
    submit: &'static str,
    id: Option<AdminRoleId>,
    error: Option<String>,
    typed: Typed,
    areas: Vec<AreaRow>,
    groups: Picker,
    workflows: Picker,
}

/// A row of the matrix: the area and what can be allowed in it.
struct AreaRow {
    name: &'static str,
    actions: Vec<Cell>,
}

struct Cell {
    value: &'static str,
    words: &'static str,
    chosen: bool,
    is_per_group: bool,
}

/// What a part of the role is for: all, or some of these.
struct Picker {
    name: &'static str,
    legend: &'static str,
    all: &'static str,
    some: &'static str,
    help: &'static str,
    is_all: bool,
    boxes: Vec<Choice>,
    /// Names, one a line, where there are too many for boxes.
    lines: Option<String>,
}

/// The form as it came in.
#[derive(Clone, Debug, Default)]
struct Typed {
    version: i64,
    name: String,
    actions: BTreeSet<Action>,
    all_groups: bool,
    groups: BTreeSet<String>,
    all_workflows: bool,
    workflows: BTreeSet<String>,
}

impl Typed {
    fn of(role: AdminRole) -> Self {
        Self {
            version: role.version,
            all_groups: role.groups == Scope::All,
            groups: role.groups.selected().map(ToString::to_string).collect(),
            all_workflows: role.workflows == Scope::All,
            workflows: role.workflows.selected().map(ToString::to_string).collect(),
            name: role.name,
            actions: role.actions,
        }
    }

    fn posted(fields: &[(String, String)]) -> Self {
        let get = |name: &str| {
            let found = fields.iter().find(|field| field.0 == name);
            found.map_or("", |field| field.1.trim())
        };
        let all = |name: &str| -> BTreeSet<String> {
            fields
                .iter()
                .filter(|field| field.0 == name)
                .flat_map(|field| field.1.lines())
                .map(|entry| entry.trim().to_owned())
                .filter(|entry| !entry.is_empty())
                .collect()
        };
        Self {
            version: get("version").parse().unwrap_or_default(),
            name: get("name").to_owned(),
            actions: all("may")
                .iter()
                .filter_map(|name| Action::parse(name))
                .collect(),
            all_groups: get("groups") != "some",
            groups: all("group"),
            all_workflows: get("workflows") != "some",
            workflows: all("workflow"),
        }
    }

    /// The role, once ids were found for names.
    fn role(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<NewRole, RoleRefusal> {
        let groups = if self.all_groups {
            Scope::All
        } else {
            let known = groups::names(tx, account)?;
            let known = known
                .iter()
                .map(|group| (group.id, group.name_key.as_str()));
            Scope::Selected(found(&self.groups, known, "group")?)
        };
        let workflows = if self.all_workflows {
            Scope::All
        } else {
            let known = workflows::list(tx, account)?;
            let known = known.iter().map(|one| (one.id, one.name_key.as_str()));
            Scope::Selected(found(&self.workflows, known, "workflow")?)
        };
        Ok(NewRole {
            name: self.name.clone(),
            actions: self.actions.clone(),
            groups,
            workflows,
        })
    }
}

/// What was chosen, by id or by name; of two with the same name, both.
fn found<'k, I: Copy + Ord + ToString>(
    chosen: &BTreeSet<String>,
    known: impl Iterator<Item = (I, &'k str)>,
    what: &'static str,
) -> Result<BTreeSet<I>, RoleRefusal> {
    let known: Vec<(I, String, &str)> = known.map(|(id, key)| (id, id.to_string(), key)).collect();
    let mut ids = BTreeSet::new();
    for entry in chosen {
        let key = fold(entry);
        let before = ids.len();
        let fitting = known.iter().filter(|one| one.1 == *entry || one.2 == key);
        let mut any = false;
        for one in fitting {
            any = true;
            ids.insert(one.0);
        }
        if !any && ids.len() == before {
            return Err(RoleRefusal::Gone(what));
        }
    }
    Ok(ids)
}

fn picker(
    (name, legend): (&'static str, &'static str),
    (all, some, help): (&'static str, &'static str, &'static str),
    known: Vec<(String, String)>,
    (is_all, chosen): (bool, &BTreeSet<String>),
) -> Picker {
    let is_chosen = |id: &str, text: &str| chosen.contains(id) || chosen.contains(text);
    let (boxes, lines) = if known.len() <= MOST_BOXES {
        let boxes = known.into_iter().map(|(id, text)| {
            let chosen = is_chosen(&id, &text);
            Choice::new(id, text, chosen)
        });
        (boxes.collect(), None)
    } else {
        let lines: Vec<String> = chosen
            .iter()
            .map(|entry| {
                let named = known.iter().find(|one| one.0 == *entry);
                named.map_or_else(|| entry.clone(), |one| one.1.clone())
            })
            .collect();
        (Vec::new(), Some(lines.join("\n")))
    };
    Picker {
        name,
        legend,
        all,
        some,
        help,
        is_all,
        boxes,
        lines,
    }
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: Option<AdminRoleId>,
    typed: Typed,
    error: Option<String>,
) -> Result<RolePage, Failure> {
    visitor.ctx.require(Action::ManageRoles)?;
    let account = visitor.session.account;
    let groups = groups::names(tx, account)?.into_iter().map(|group| {
        let name = match group.kind {
            GroupKind::Group => group.name,
            GroupKind::Team => format!("{} (team)", group.name),
        };
        (group.id.to_string(), name)
    });
    let workflows = workflows::list(tx, account)?;
    let workflows = workflows
        .into_iter()
        .map(|one| (one.id.to_string(), one.name));
    Ok(RolePage {
        shell: Shell::load(tx, visitor, Section::Settings)?,
        title: match id {
            Some(_) => format!("Role {}", typed.name),
            None => "New role".to_owned(),
        },
        action: id.map_or_else(|| format!("{LIST}/new"), |id| format!("{LIST}/{id}")),
        submit: if id.is_some() { "Save" } else { "Make role" },
        id,
        error,
        areas: AREAS.iter().map(|area| row(area, &typed.actions)).collect(),
        groups: picker(
            ("group", "People"),
            (
                "Everybody",
                "People of some groups and teams",
                "Whoever has the role sees nobody else. Only what is marked is possible then.",
            ),
            groups.collect(),
            (typed.all_groups, &typed.groups),
        ),
        workflows: picker(
            ("workflow", "Workflows"),
            (
                "All workflows",
                "Some workflows",
                "For changing workflows and for documents.",
            ),
            workflows.collect(),
            (typed.all_workflows, &typed.workflows),
        ),
        typed,
    })
}

fn row(area: &roles::Area, chosen: &BTreeSet<Action>) -> AreaRow {
    AreaRow {
        name: area.name,
        actions: area
            .actions
            .iter()
            .map(|action| Cell {
                value: action.as_str(),
                words: action.words(),
                chosen: chosen.contains(action),
                is_per_group: action.is_per_group(),
            })
            .collect(),
    }
}

/// What `GET /settings/roles/new` may be told.
pub(crate) type Query = Vec<(String, String)>;

/// `GET /settings/roles/new`
pub(crate) async fn show_new(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let key = query.iter().find(|field| field.0 == "template");
    let template = key.and_then(|field| roles::Template::find(&field.1));
    let typed = Typed {
        name: template.map_or(String::new(), |template| template.name.to_owned()),
        actions: template
            .iter()
            .flat_map(|template| template.actions.iter().copied())
            .collect(),
        all_groups: template.is_none_or(|template| template.key != "site"),
        all_workflows: true,
        ..Typed::default()
    };
    let page = app
        .db
        .read(move |tx| page(tx, &visitor, None, typed, None))
        .await?;
    Ok(Page(page).into_response())
}

/// `POST /settings/roles/new`
pub(crate) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let typed = Typed::posted(&fields);
    let (asker, wanted) = (visitor.clone(), typed.clone());
    let made = app
        .db
        .write(move |tx| {
            let role = wanted.role(tx, asker.session.account)?;
            roles::add(tx, &asker.ctx, &role).map(drop)
        })
        .await;
    answer(&app, visitor, None, typed, made).await
}

/// `GET /settings/roles/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<AdminRoleId>,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| {
            let role = roles::find(tx, visitor.session.account, id)?.ok_or(Failure::NotFound)?;
            page(tx, &visitor, Some(id), Typed::of(role), None)
        })
        .await?;
    Ok(Page(page).into_response())
}

/// `POST /settings/roles/{id}`
pub(crate) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<AdminRoleId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let typed = Typed::posted(&fields);
    let (asker, wanted) = (visitor.clone(), typed.clone());
    let made = app
        .db
        .write(move |tx| {
            let role = wanted.role(tx, asker.session.account)?;
            roles::change(tx, &asker.ctx, id, wanted.version, &role)
        })
        .await;
    answer(&app, visitor, Some(id), typed, made).await
}

/// Back to the list, or the form again with what is wrong.
async fn answer(
    app: &App,
    visitor: Visitor,
    id: Option<AdminRoleId>,
    typed: Typed,
    made: Result<(), RoleRefusal>,
) -> Result<Response, Failure> {
    let refusal = match made {
        Ok(()) => return Ok(see_other(LIST)),
        Err(refusal) => refusal,
    };
    let link = id.map_or_else(|| LIST.to_owned(), |id| format!("{LIST}/{id}"));
    match refusal {
        RoleRefusal::Forbidden(_)
        | RoleRefusal::NotFound
        | RoleRefusal::Stale
        | RoleRefusal::Db(_) => Err(refused(refusal, &link)),
        refusal => {
            let words = sentence(&refusal.to_string());
            let page = app
                .db
                .read(move |tx| page(tx, &visitor, id, typed, Some(words)))
                .await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
