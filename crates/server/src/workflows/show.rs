//! One workflow: its steps in order, the groups and people who take part, its name.

use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use directory::{
    groups,
    workflows::{self, Participant, Person, Step, StepKind},
};
use kernel::{GroupId, StepId, UserId, WorkflowId};
use serde::Deserialize;

use super::{badge, refused};
use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::{Form, Id, Params},
    failure::Failure,
    format::{count, counted},
    guard::Visitor,
    icon::Icon,
    link::Link,
    page::{Page, Section, Shell, see_other},
    users::status_badge,
};

/// People are counted up to here.
const COUNTED: i64 = 10_000;
/// Groups to choose from.
const MOST_GROUPS: usize = 1000;

/// Which people are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    q: String,
    name: String,
    after: String,
}

#[derive(Template)]
#[template(path = "workflows/show.html")]
pub(crate) struct ShowPage {
    shell: Shell,
    id: WorkflowId,
    name: String,
    query: Query,
    steps: Vec<StepLine>,
    kinds: Vec<Choice>,
    groups: Vec<GroupLine>,
    free_groups: Vec<Choice>,
    people: Vec<PersonLine>,
    total: String,
    next: Option<String>,
}

struct StepLine {
    id: StepId,
    name: String,
    badge: Badge,
    who: Who,
    waiting: String,
    can_go_up: bool,
    can_go_down: bool,
    can_go: bool,
}

/// Who may do a step, in words; a step of one person is a risk, one of nobody stops everything.
pub(super) struct Who {
    pub(super) text: String,
    pub(super) warning: Option<Badge>,
}

struct GroupLine {
    id: GroupId,
    name: String,
    members: String,
}

struct PersonLine {
    id: UserId,
    name: String,
    email: String,
    status: Badge,
    is_direct: bool,
    via: String,
}

impl From<Person> for PersonLine {
    fn from(person: Person) -> Self {
        let name = format!("{} {}", person.first_name, person.last_name);
        Self {
            id: person.id,
            name: name.trim().to_owned(),
            email: person.email.unwrap_or_default(),
            status: status_badge(&person.status),
            is_direct: person.is_direct,
            via: person.via.unwrap_or_default(),
        }
    }
}

/// `GET /workflows/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WorkflowId>,
    Params(query): Params<Query>,
) -> Result<Page<ShowPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id, query))
        .await
        .map(Page)
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: WorkflowId,
    query: Query,
) -> Result<ShowPage, Failure> {
    let account = visitor.session.account;
    let workflow =
        workflows::see(tx, &visitor.ctx, id).map_err(|error| refused(error, "/workflows"))?;
    let steps = workflows::steps(tx, account, id)?;
    let mut lines = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let actors = workflows::actors(tx, account, step.id, 2)?;
        lines.push(StepLine {
            id: step.id,
            name: step.name.clone(),
            badge: badge(step.kind),
            who: who(step, &actors),
            waiting: counted(step.waiting, "document", "documents"),
            can_go_up: place > 1,
            can_go_down: place > 0 && place + 1 < steps.len(),
            can_go: step.kind != StepKind::Fill,
        });
    }
    let taking_part = workflows::groups(tx, account, id)?;
    let free_groups = group_choices(tx, visitor, &taking_part)?;
    let after = query.after.parse().ok().map(|id| (query.name.as_str(), id));
    let people = workflows::people(tx, account, id, &query.q, after)?;
    let total = workflows::count_people(tx, account, id, &query.q, COUNTED + 1)?;
    let is_full = people.len() >= usize::try_from(workflows::PAGE).unwrap_or(usize::MAX);
    let next = people.last().filter(|_| is_full).map(|last| {
        Link::to(format!("/workflows/{id}"))
            .with("q", &query.q)
            .with("name", &last.name_key)
            .with("after", &last.id.to_string())
            .into_string()
    });
    Ok(ShowPage {
        shell: Shell::load(tx, visitor, Section::Workflows)?,
        id,
        name: workflow.name,
        steps: lines,
        kinds: kinds(StepKind::Review),
        groups: taking_part
            .into_iter()
            .map(|group| GroupLine {
                id: group.id,
                members: counted(group.members, "person", "people"),
                name: group.name,
            })
            .collect(),
        free_groups,
        people: people.into_iter().map(PersonLine::from).collect(),
        total: if total > COUNTED {
            format!("More than {} people", count(COUNTED))
        } else {
            counted(total, "person", "people")
        },
        next,
        query,
    })
}

/// The kinds a further step can have.
pub(super) fn kinds(chosen: StepKind) -> Vec<Choice> {
    [StepKind::Review, StepKind::Approve, StepKind::Submit]
        .into_iter()
        .map(|kind| Choice::new(kind.as_str(), kind.label(), kind == chosen))
        .collect()
}

/// The groups and teams that are not among these.
pub(super) fn group_choices(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    without: &[groups::Group],
) -> db::Result<Vec<Choice>> {
    let all = groups::names(tx, visitor.session.account)?;
    Ok(all
        .into_iter()
        .filter(|group| !without.iter().any(|other| other.id == group.id))
        .take(MOST_GROUPS)
        .map(|group| Choice::new(group.id.to_string(), group.name, false))
        .collect())
}

pub(super) fn who(step: &Step, actors: &[Participant]) -> Who {
    let warn = |tone, text| {
        Some(Badge {
            tone,
            icon: Icon::Warning,
            text,
        })
    };
    match actors {
        [] => Who {
            text: "Nobody who can sign in".to_owned(),
            warning: warn("bad", "Stops here"),
        },
        [one] => Who {
            text: format!("Only {}", one.full_name()),
            warning: warn("warn", "One person"),
        },
        _ if step.is_for_all => Who {
            text: "Everybody who takes part".to_owned(),
            warning: None,
        },
        _ => Who {
            text: "Those named for it".to_owned(),
            warning: None,
        },
    }
}

/// A new name.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Name {
    name: String,
}

/// `POST /workflows/{id}/rename`
pub(crate) async fn rename(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WorkflowId>,
    Form(fields): Form<Name>,
) -> Result<Response, Failure> {
    let path = format!("/workflows/{id}");
    let done = app
        .db
        .write(move |tx| workflows::rename(tx, &visitor.ctx, id, &fields.name))
        .await;
    done.map_err(|error| refused(error, &path))?;
    Ok(see_other(&path))
}

/// A new step.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct NewStep {
    kind: String,
    name: String,
}

/// `POST /workflows/{id}/steps`
pub(crate) async fn add_step(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WorkflowId>,
    Form(fields): Form<NewStep>,
) -> Result<Response, Failure> {
    let kind = StepKind::parse(&fields.kind).ok_or(Failure::BadRequest)?;
    let path = format!("/workflows/{id}");
    let name = match fields.name.trim() {
        "" => kind.label().to_owned(),
        name => name.to_owned(),
    };
    let done = app
        .db
        .write(move |tx| workflows::add_step(tx, &visitor.ctx, id, kind, &name))
        .await;
    done.map_err(|error| refused(error, &path))?;
    Ok(see_other(&path))
}
