//! Groups and teams: names, people, who leads a team.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    Action, Ctx,
    groups::{self, CreateGroup, Group, GroupKind, ManageGroup},
    users::{self, PageAt, Sort, UserFilter},
};
use kernel::{GroupId, UserId};
use serde::Deserialize;

use crate::{
    app::App,
    badge::Badge,
    extract::{Form, Id, Params},
    failure::Failure,
    format::{count, counted, sentence},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other, with_status},
    users::status_badge,
};

const PAGE_SIZE: usize = 50;
/// Hits of a search for somebody to add.
const HITS: usize = 10;

#[derive(Template)]
#[template(path = "groups/list.html")]
struct ListPage {
    shell: Shell,
    kind: &'static str,
    is_team: bool,
    lines: Vec<(GroupId, String, String)>,
    next: Option<String>,
    name: String,
    error: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    kind: String,
    after: String,
}

impl ListQuery {
    fn kind(&self) -> GroupKind {
        GroupKind::parse(&self.kind).unwrap_or(GroupKind::Group)
    }
}

/// `GET /groups`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<ListQuery>,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| list_page(tx, &visitor, &query, String::new(), None))
        .await?;
    Ok(Page(page).into_response())
}

fn list_page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    query: &ListQuery,
    name: String,
    error: Option<String>,
) -> Result<ListPage, Failure> {
    let kind = query.kind();
    let after = query.after.parse().ok();
    let mut found = groups::page(tx, &visitor.ctx, kind, after, PAGE_SIZE as i64 + 1)
        .map_err(|error| refused(error, "/groups"))?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let next = found.last().filter(|_| more).map(|last| {
        Link::to("/groups")
            .with("kind", kind.as_str())
            .with("after", &last.id.to_string())
            .into_string()
    });
    Ok(ListPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        kind: kind.as_str(),
        is_team: kind == GroupKind::Team,
        lines: found
            .into_iter()
            .map(|group| {
                (
                    group.id,
                    group.name,
                    counted(group.members, "person", "people"),
                )
            })
            .collect(),
        next,
        name,
        error,
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewGroup {
    kind: String,
    name: String,
}

/// `POST /groups`
pub(crate) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<NewGroup>,
) -> Result<Response, Failure> {
    let kind = GroupKind::parse(&fields.kind).ok_or(Failure::BadRequest)?;
    let (asker, name) = (visitor.clone(), fields.name.clone());
    let made = app
        .db
        .write(move |tx| groups::create(tx, &asker.ctx, kind, &name))
        .await;
    match made {
        Ok(group) => Ok(see_other(&format!("/groups/{}", group.id))),
        Err(CreateGroup::Forbidden(_)) => Err(Failure::Forbidden),
        Err(CreateGroup::Db(error)) => Err(error.into()),
        Err(refusal @ (CreateGroup::Name(_) | CreateGroup::Exists(..))) => {
            let query = ListQuery {
                kind: fields.kind,
                after: String::new(),
            };
            let words = Some(sentence(&refusal.to_string()));
            let page = app
                .db
                .read(move |tx| list_page(tx, &visitor, &query, fields.name, words))
                .await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

#[derive(Template)]
#[template(path = "groups/show.html")]
struct GroupPage {
    shell: Shell,
    group: Group,
    is_team: bool,
    total: String,
    members: String,
    people: Vec<Member>,
    previous: Option<String>,
    next: Option<String>,
    q: String,
    hits: Vec<(UserId, String, String)>,
    is_searched: bool,
}

struct Member {
    id: UserId,
    name: String,
    contact: String,
    status: Badge,
    leads: bool,
    can_lead: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ShowQuery {
    q: String,
    after: String,
    before: String,
}

/// `GET /groups/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<GroupId>,
    Params(query): Params<ShowQuery>,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| show_page(tx, &visitor, id, query))
        .await?;
    Ok(Page(page).into_response())
}

fn show_page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: GroupId,
    query: ShowQuery,
) -> Result<GroupPage, Failure> {
    visitor.ctx.require(Action::EditGroups)?;
    let account = visitor.session.account;
    let group = groups::find(tx, account, id)?.ok_or(Failure::NotFound)?;
    let filter = UserFilter {
        group: Some(id),
        ..UserFilter::default()
    };
    let at = match (query.after.parse(), query.before.parse()) {
        (Ok(id), _) => PageAt::After(id),
        (_, Ok(id)) => PageAt::Before(id),
        _ => PageAt::Start,
    };
    let page = users::list(tx, &visitor.ctx, &filter, Sort::Name, at, PAGE_SIZE)?;
    let leaders = groups::team_admins(tx, account, id)?;
    let q = query.q.trim().to_owned();
    let hits = hits(tx, &visitor.ctx, id, &q)?;
    let link = |place: &str, id: UserId| {
        Link::to(format!("/groups/{}", group.id))
            .with(place, &id.to_string())
            .into_string()
    };
    let (first, last) = (page.people.first(), page.people.last());
    Ok(GroupPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        is_team: group.kind == GroupKind::Team,
        total: counted(group.members, "person", "people"),
        members: count(group.members),
        previous: first
            .filter(|_| page.has_previous)
            .map(|record| link("before", record.user.id)),
        next: last
            .filter(|_| page.has_next)
            .map(|record| link("after", record.user.id)),
        people: page
            .people
            .iter()
            .map(|record| Member {
                id: record.user.id,
                name: record.user.full_name(),
                contact: record
                    .user
                    .email
                    .clone()
                    .or_else(|| record.user.phone.clone())
                    .unwrap_or_default(),
                status: status_badge(&record.user.status),
                leads: leaders.contains(&record.user.id),
                can_lead: record.user.role != "user",
            })
            .collect(),
        is_searched: !q.is_empty(),
        q,
        hits,
        group,
    })
}

/// People who are not in the group yet and whom a search finds.
fn hits(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    group: GroupId,
    q: &str,
) -> Result<Vec<(UserId, String, String)>, Failure> {
    if q.is_empty() {
        return Ok(Vec::new());
    }
    let found = users::search(tx, ctx, q, &UserFilter::default())?;
    Ok(found
        .into_iter()
        .filter(|record| record.groups.iter().all(|other| other.0 != group))
        .take(HITS)
        .map(|record| {
            let name = record.user.full_name();
            let contact = record.user.email.or(record.user.phone).unwrap_or_default();
            (record.user.id, name, contact)
        })
        .collect())
}

pub(crate) fn refused(error: ManageGroup, link: &str) -> Failure {
    match error {
        ManageGroup::Forbidden(_) => Failure::Forbidden,
        ManageGroup::NotFound => Failure::NotFound,
        ManageGroup::Db(error) => error.into(),
        refusal @ (ManageGroup::Name(_)
        | ManageGroup::Exists(..)
        | ManageGroup::Members(_)
        | ManageGroup::NobodyThere
        | ManageGroup::NotATeam
        | ManageGroup::NotAManager
        | ManageGroup::Stale) => Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&refusal.to_string()),
            link: link.to_owned(),
        },
    }
}

/// Does something with a group, and shows it again.
async fn change(
    app: &App,
    id: GroupId,
    work: impl FnOnce(&mut Tx<'_>) -> Result<(), ManageGroup> + Send + 'static,
) -> Result<Response, Failure> {
    let link = format!("/groups/{id}");
    app.db
        .write(work)
        .await
        .map_err(|error| refused(error, &link))?;
    Ok(see_other(&link))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    name: String,
}

/// `POST /groups/{id}/rename`
pub(crate) async fn rename(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<GroupId>,
    Form(fields): Form<Named>,
) -> Result<Response, Failure> {
    change(&app, id, move |tx| {
        groups::rename(tx, &visitor.ctx, id, &fields.name)
    })
    .await
}

#[derive(Debug, Deserialize)]
pub(crate) struct Confirmed {
    members: i64,
}

/// `POST /groups/{id}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<GroupId>,
    Form(fields): Form<Confirmed>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| groups::delete(tx, &visitor.ctx, id, fields.members))
        .await
        .map_err(|error| refused(error, &format!("/groups/{id}")))?;
    Ok(see_other("/groups"))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Added {
    user: String,
}

/// `POST /groups/{id}/members`
pub(crate) async fn add_member(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<GroupId>,
    Form(fields): Form<Added>,
) -> Result<Response, Failure> {
    let user: UserId = fields.user.parse().map_err(|_| Failure::BadRequest)?;
    change(&app, id, move |tx| {
        groups::add_member(tx, &visitor.ctx, id, user)
    })
    .await
}

fn both((group, user): (String, String)) -> Result<(GroupId, UserId), Failure> {
    let group = group.parse().map_err(|_| Failure::NotFound)?;
    let user = user.parse().map_err(|_| Failure::NotFound)?;
    Ok((group, user))
}

/// `POST /groups/{id}/members/{user}/remove`
pub(crate) async fn remove_member(
    State(app): State<App>,
    visitor: Visitor,
    Path(ids): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (id, user) = both(ids)?;
    change(&app, id, move |tx| {
        groups::remove_member(tx, &visitor.ctx, id, user)
    })
    .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Leads {
    leads: String,
}

/// `POST /groups/{id}/members/{user}/lead`
pub(crate) async fn lead(
    State(app): State<App>,
    visitor: Visitor,
    Path(ids): Path<(String, String)>,
    Form(fields): Form<Leads>,
) -> Result<Response, Failure> {
    let (id, user) = both(ids)?;
    let leads = !fields.leads.is_empty();
    change(&app, id, move |tx| {
        groups::lead(tx, &visitor.ctx, id, user, leads)
    })
    .await
}
