//! The list of people: search, filters, pages.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State as AppState;
use db::Tx;
use directory::{
    Action,
    cards::CardSettings,
    fields, modules,
    settings::{AccountSettings, NameOrder},
    users::{self, ListUsers, MOST_FOUND, Sort, UserRecord},
};
use import::{Import, State};
use kernel::{Role, UserId, UserStatus};

use super::{
    columns::{Cell, Columns},
    pickers::{Picker, first_pickers, more_pickers, resolve},
    query::{MOST_TICKED, Query},
    views::{Tab, tabs},
};
use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::Params,
    failure::Failure,
    format::{self, Avatar, count, counted},
    guard::Visitor,
    imports::engine,
    page::{Page, Section, Shell},
    photos::with_photos,
};

const PAGE_SIZE: usize = 50;
/// The latest imports, among which those not ended are named.
const LOOKED_AT: i64 = 20;

#[derive(Template)]
#[template(path = "users/list.html")]
pub(crate) struct UsersPage {
    shell: Shell,
    q: String,
    total: String,
    is_empty_account: bool,
    is_filtered: bool,
    /// Whether filters beside the first row are in use.
    has_more: bool,
    picks: Vec<Picker>,
    more: Vec<Picker>,
    value: String,
    sorts: Vec<Choice>,
    columns: Vec<Choice>,
    headings: Vec<String>,
    people: Vec<Line>,
    range: String,
    previous: Option<UserId>,
    next: Option<UserId>,
    /// What the form around the people carries along.
    carried: Vec<(String, String)>,
    /// Ticked people who are not on this page.
    ticked_elsewhere: Vec<UserId>,
    ticked: String,
    views: Vec<Tab>,
    kept_query: String,
    /// The name and order that the heading of the names leads to.
    by_name: String,
    sort: Sort,
    open_imports: Vec<OpenImport>,
}

impl UsersPage {
    fn may_import(&self) -> bool {
        self.shell.may(Action::RunImports)
    }

    fn may_edit(&self) -> bool {
        self.shell.may(Action::EditUsers)
    }

    fn may_edit_all(&self) -> bool {
        self.shell.may_for_all(Action::EditUsers)
    }

    fn may_delete(&self) -> bool {
        self.shell.may(Action::DeleteUsers)
    }

    fn may_export(&self) -> bool {
        self.shell.may(Action::ExportUsers)
    }

    fn is_sorted_down(&self) -> bool {
        matches!(self.sort, Sort::NameDown | Sort::LastNameDown)
    }
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
    cells: Vec<Cell>,
    is_ticked: bool,
}

/// `GET /users`
pub(crate) async fn list(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Params(fields): Params<Vec<(String, String)>>,
) -> Result<Page<UsersPage>, Failure> {
    let ctx = visitor.ctx.clone();
    let query = Query(fields);
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
    previous: Option<UserId>,
    next: Option<UserId>,
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, query: Query) -> Result<UsersPage, Failure> {
    let account = visitor.session.account;
    let settings = AccountSettings::load(tx, account)?;
    let mut query = query.in_usual_order(settings.name_order);
    resolve(tx, visitor, &mut query)?;
    let query = &query;
    let found = if query.get("q").is_empty() {
        listed(tx, visitor, query)?
    } else {
        searched(tx, visitor, query)?
    };
    let own = fields::list(tx, account)?;
    let radix = CardSettings::load(tx, account)?.radix;
    let columns = Columns::new(&query.columns(), &own, &modules::list(tx, account)?, radix);
    let seen = if columns.has("seen") {
        users::last_sign_ins(
            tx,
            account,
            found.people.iter().map(|record| record.user.id),
        )?
    } else {
        std::collections::HashMap::new()
    };
    let ids = found.people.iter().map(|record| record.user.id);
    let photos = with_photos(tx, account, ids)?;
    let zone = format::zone(&settings.time_zone);
    let ticked = query.ticked();
    let people: Vec<Line> = found
        .people
        .iter()
        .map(|record| Line {
            cells: columns.cells(record, &seen, &zone),
            is_ticked: ticked.contains(&record.user.id),
            ..line(record, &photos, settings.name_order)
        })
        .collect();
    let elsewhere = ticked
        .iter()
        .filter(|id| people.iter().all(|line| line.id != **id));
    let more = more_pickers(tx, visitor, query)?;
    let sort = query.sort();
    Ok(UsersPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        q: query.get("q").to_owned(),
        // Whoever looks at the list is somebody; an account without others has one person.
        is_empty_account: visitor.ctx.actor.may_for_all(Action::RunImports)
            && !query.is_filtered()
            && people.len() <= 1
            && found.next.is_none()
            && found.previous.is_none(),
        is_filtered: query.is_filtered(),
        has_more: more.iter().any(|picker| !query.get(picker.name).is_empty()),
        picks: first_pickers(tx, visitor, query)?,
        more,
        value: query.get("value").to_owned(),
        sorts: choices(
            sort.as_str(),
            &SORTS.map(|(sort, text)| (sort.as_str(), text)),
        ),
        columns: columns.choices(&own),
        headings: columns.headings(),
        total: found.total,
        range: found.range,
        previous: found.previous,
        next: found.next,
        carried: query.carried(),
        ticked_elsewhere: elsewhere.copied().collect(),
        ticked: match ticked.len() {
            0 => String::new(),
            MOST_TICKED => format!("{MOST_TICKED} ticked, which is the most"),
            some => format!("{some} ticked"),
        },
        views: tabs(tx, visitor, query)?,
        kept_query: query.kept(),
        by_name: query.sorted(turned(sort, settings.name_order)),
        sort,
        people,
        open_imports: Vec::new(),
    })
}

fn listed(tx: &mut Tx<'_>, visitor: &Visitor, query: &Query) -> Result<Found, Failure> {
    let (filter, sort) = (query.filter(), query.sort());
    let page = users::list(tx, &visitor.ctx, &filter, sort, query.at(), PAGE_SIZE)?;
    let total = if page.has_more_than_total {
        format!("More than {} people", count(page.total))
    } else {
        counted(page.total, "person", "people")
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
            .map(|record| record.user.id),
        next: last.filter(|_| page.has_next).map(|record| record.user.id),
        people: page.people,
    })
}

fn searched(tx: &mut Tx<'_>, visitor: &Visitor, query: &Query) -> Result<Found, Failure> {
    let people = users::search(tx, &visitor.ctx, query.get("q"), &query.filter())?;
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

const SORTS: [(Sort, &str); 6] = [
    (Sort::Name, "By name"),
    (Sort::NameDown, "By name, from Z"),
    (Sort::LastName, "By last name"),
    (Sort::LastNameDown, "By last name, from Z"),
    (Sort::Newest, "Newest first"),
    (Sort::Oldest, "Oldest first"),
];

impl From<ListUsers> for Failure {
    fn from(error: ListUsers) -> Self {
        match error {
            ListUsers::Forbidden(_) => Self::Forbidden,
            ListUsers::Db(error) => error.into(),
        }
    }
}

pub(super) const STATUSES: [(UserStatus, &str); 3] = [
    (UserStatus::Invited, "Never signed in"),
    (UserStatus::Active, "Active"),
    (UserStatus::Deactivated, "Deactivated"),
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

/// The role of somebody as a person reads it: one of the account's own by its name.
pub(crate) fn role_of(record: &UserRecord) -> String {
    record
        .admin_role
        .clone()
        .unwrap_or_else(|| role_name(&record.user.role).to_owned())
}

/// A status as a person reads it.
pub(crate) fn status_badge(status: &str) -> Badge {
    Badge::from(status.parse().unwrap_or(UserStatus::Deactivated))
}

pub(super) fn choices(chosen: &str, all: &[(&str, &str)]) -> Vec<Choice> {
    all.iter()
        .map(|(value, text)| Choice::new(*value, *text, *value == chosen))
        .collect()
}

/// What the heading of the names leads to.
const fn turned(sort: Sort, order: NameOrder) -> Sort {
    match (order, sort) {
        (NameOrder::FirstLast, Sort::Name) => Sort::NameDown,
        (NameOrder::FirstLast, _) => Sort::Name,
        (NameOrder::LastFirst, Sort::LastName) => Sort::LastNameDown,
        (NameOrder::LastFirst, _) => Sort::LastName,
    }
}

fn line(record: &UserRecord, photos: &HashMap<UserId, String>, order: NameOrder) -> Line {
    let name = order.written(&record.user.first_name, &record.user.last_name);
    Line {
        id: record.user.id,
        avatar: Avatar::of(&record.user.full_name())
            .with_photo(photos.get(&record.user.id).cloned()),
        name,
        position: position(&record.user),
        cells: Vec::new(),
        is_ticked: false,
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
