//! The list of people: search, filters, pages.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State as AppState;
use db::Tx;
use directory::{
    Action, allows, groups,
    users::{self, MOST_FOUND, PageAt, UserFilter, UserRecord},
};
use import::{Import, State};
use kernel::{GroupId, ImportId, Role, UserId, UserStatus};
use serde::Deserialize;

use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::Params,
    failure::Failure,
    format::{Avatar, count, counted},
    guard::Visitor,
    imports::engine,
    link::Link,
    page::{Page, Section, Shell},
    photos::with_photos,
};

const PAGE_SIZE: usize = 50;
/// The exact total is shown up to so many.
const COUNTED: i64 = 10_000;
/// So many groups are named per person.
const GROUPS_SHOWN: usize = 2;
/// The latest imports, among which those not ended are named.
const LOOKED_AT: i64 = 20;

/// The query string.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    q: String,
    status: String,
    role: String,
    group: String,
    import: String,
    after: String,
    before: String,
}

impl Query {
    /// What the query asks for; what makes no sense filters nothing.
    fn filter(&self) -> UserFilter {
        UserFilter {
            status: self.status.parse::<UserStatus>().ok(),
            role: self.role.parse::<Role>().ok(),
            group: self.group.parse::<GroupId>().ok(),
            import: self.import.parse::<ImportId>().ok(),
        }
    }

    fn at(&self) -> PageAt {
        match (self.after.parse::<UserId>(), self.before.parse::<UserId>()) {
            (Ok(id), _) => PageAt::After(id),
            (_, Ok(id)) => PageAt::Before(id),
            _ => PageAt::Start,
        }
    }

    /// The address of this list, from another place in it.
    fn link(&self, place: &str, id: UserId) -> String {
        Link::to("/users")
            .with(place, &id.to_string())
            .with("status", &self.status)
            .with("role", &self.role)
            .with("group", &self.group)
            .with("import", &self.import)
            .into_string()
    }
}

#[derive(Template)]
#[template(path = "users/list.html")]
pub(crate) struct UsersPage {
    shell: Shell,
    query: Query,
    total: String,
    may_import: bool,
    is_empty_account: bool,
    is_filtered: bool,
    statuses: Vec<Choice>,
    roles: Vec<Choice>,
    groups: Vec<Choice>,
    import: Option<Choice>,
    people: Vec<Line>,
    range: String,
    previous: Option<String>,
    next: Option<String>,
    open_imports: Vec<OpenImport>,
}

/// An import that runs, or waits for somebody.
struct OpenImport {
    badge: Badge,
    text: String,
    link: String,
}

struct Line {
    id: UserId,
    name: String,
    avatar: Avatar,
    position: String,
    status: Badge,
    email: String,
    phone: String,
    groups: Vec<String>,
    more_groups: usize,
    role: &'static str,
    external_id: String,
}

/// `GET /users`
pub(crate) async fn list(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Page<UsersPage>, Failure> {
    let ctx = visitor.ctx.clone();
    let mut page = app.db.read(move |tx| page(tx, &visitor, query)).await?;
    if page.shell.sees_imports() {
        let latest = engine(&app, move |imports| imports.list(&ctx, None, LOOKED_AT)).await?;
        page.open_imports = latest
            .unwrap_or_default()
            .iter()
            .filter_map(open_import)
            .collect();
    }
    Ok(Page(page))
}

/// What a query found.
struct Found {
    people: Vec<UserRecord>,
    total: String,
    range: String,
    previous: Option<String>,
    next: Option<String>,
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, query: Query) -> Result<UsersPage, Failure> {
    visitor.ctx.require(Action::ViewUsers)?;
    let filter = query.filter();
    let found = if query.q.trim().is_empty() {
        listed(tx, visitor, &query, &filter)?
    } else {
        searched(tx, visitor, &query, &filter)?
    };
    let is_filtered = filter != UserFilter::default() || !query.q.trim().is_empty();
    let ids = found.people.iter().map(|record| record.user.id);
    let photos = with_photos(tx, visitor.session.account, ids)?;
    Ok(UsersPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        may_import: allows(visitor.session.role, Action::RunImports),
        // Whoever looks at the list is somebody; an account without others has one person.
        is_empty_account: !is_filtered && found.people.len() <= 1 && found.next.is_none(),
        is_filtered,
        statuses: choices(
            &query.status,
            &STATUSES.map(|(status, text)| (status.as_str(), text)),
        ),
        roles: choices(
            &query.role,
            &ROLES.map(|(role, text)| (role.as_str(), text)),
        ),
        groups: group_choices(tx, visitor, filter.group)?,
        import: filter
            .import
            .map(|import| Choice::new(import.to_string(), "This import", true)),
        people: found
            .people
            .iter()
            .map(|record| line(record, &photos))
            .collect(),
        total: found.total,
        range: found.range,
        previous: found.previous,
        next: found.next,
        open_imports: Vec::new(),
        query,
    })
}

fn listed(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    query: &Query,
    filter: &UserFilter,
) -> Result<Found, Failure> {
    let account = visitor.session.account;
    let page = users::list(tx, account, filter, query.at(), PAGE_SIZE)?;
    let total = users::count_matching(tx, account, filter, COUNTED + 1)?;
    let total = if total > COUNTED {
        format!("More than {} people", count(COUNTED))
    } else {
        counted(total, "person", "people")
    };
    let (first, last) = (page.people.first(), page.people.last());
    Ok(Found {
        total,
        range: counted(
            page.people.len() as i64,
            "person on this page",
            "people on this page",
        ),
        previous: first
            .filter(|_| page.has_previous)
            .map(|record| query.link("before", record.user.id)),
        next: last
            .filter(|_| page.has_next)
            .map(|record| query.link("after", record.user.id)),
        people: page.people,
    })
}

fn searched(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    query: &Query,
    filter: &UserFilter,
) -> Result<Found, Failure> {
    let people = users::search(tx, visitor.session.account, &query.q, filter)?;
    let total = counted(people.len() as i64, "match", "matches");
    let cut = people.len() >= MOST_FOUND;
    Ok(Found {
        range: if cut {
            format!("The first {MOST_FOUND} matches. Type more to narrow the search.")
        } else {
            total.clone()
        },
        total: if cut {
            format!("The first {MOST_FOUND} matches")
        } else {
            total
        },
        people,
        previous: None,
        next: None,
    })
}

const STATUSES: [(UserStatus, &str); 4] = [
    (UserStatus::Invited, "Never signed in"),
    (UserStatus::Active, "Active"),
    (UserStatus::Deactivated, "Deactivated"),
    (UserStatus::Deleted, "Deleted"),
];

pub(super) const ROLES: [(Role, &str); 4] = [
    (Role::Owner, "Owner"),
    (Role::Admin, "Admin"),
    (Role::Manager, "Manager"),
    (Role::User, "User"),
];

/// A role as a person reads it.
pub(crate) fn role_name(role: &str) -> &'static str {
    ROLES
        .iter()
        .find(|(known, _)| known.as_str() == role)
        .map_or("", |(_, text)| text)
}

/// A status as a person reads it.
pub(crate) fn status_badge(status: &str) -> Badge {
    Badge::from(status.parse().unwrap_or(UserStatus::Deactivated))
}

fn choices(chosen: &str, all: &[(&str, &str)]) -> Vec<Choice> {
    all.iter()
        .map(|(value, text)| Choice::new(*value, *text, *value == chosen))
        .collect()
}

fn group_choices(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    chosen: Option<GroupId>,
) -> Result<Vec<Choice>, Failure> {
    /// A select with more entries than this helps nobody.
    const MOST: usize = 500;
    let groups = groups::names(tx, visitor.session.account)?;
    Ok(groups
        .into_iter()
        .take(MOST)
        .map(|group| Choice::new(group.id.to_string(), group.name, chosen == Some(group.id)))
        .collect())
}

fn line(record: &UserRecord, photos: &HashMap<UserId, String>) -> Line {
    let user = &record.user;
    let name = user.full_name();
    let groups = record
        .groups
        .iter()
        .take(GROUPS_SHOWN)
        .map(|group| group.2.clone())
        .collect();
    Line {
        id: user.id,
        avatar: Avatar::of(&name).with_photo(photos.get(&user.id).cloned()),
        name,
        position: position(user),
        status: status_badge(&user.status),
        email: user.email.clone().unwrap_or_default(),
        phone: user.phone.clone().unwrap_or_default(),
        groups,
        more_groups: record.groups.len().saturating_sub(GROUPS_SHOWN),
        role: role_name(&user.role),
        external_id: user.external_id.clone().unwrap_or_default(),
    }
}

fn open_import(import: &Import) -> Option<OpenImport> {
    let is_open = import.state.is_draft() || import.state.is_busy();
    (is_open || import.state == State::Paused).then(|| OpenImport {
        badge: Badge::from(import.state),
        text: format!("Import {} of {}", import.number, import.file.name),
        link: format!("/imports/{}", import.id),
    })
}

/// "Supervisor · Facilities"
pub(super) fn position(user: &users::UserRow) -> String {
    let parts: Vec<_> = [user.title.as_deref(), user.department.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    parts.join(" · ")
}
