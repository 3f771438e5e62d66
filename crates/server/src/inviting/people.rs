//! Step 3: the people, as cards, with the ways to add more and the one warning of what was skipped (S0.16–21).

use std::collections::HashMap;

use admit::{AdmitError, Card, MOST, PageAt};
use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    Action, leaving,
    users::{KeyKind, StagedKey},
};
use import::{Imports, PeopleList};
use kernel::{InviteDraftId, UserId};
use serde::Deserialize;

use super::{
    frame::{Step, StepLine, access_words, device_words, steps},
    sent_or,
};
use crate::{
    app::App,
    extract::{Id, Params},
    failure::Failure,
    form::Field,
    format::{self, Avatar, count, counted},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, with_status},
};

/// Skipped rows listed on the page; all are in the download.
const LISTED: i64 = 100;
/// Pasted rows shown before they are added.
const PREVIEWED: usize = 20;

/// Which part of the list is wanted, and which pane is open.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    q: String,
    after: String,
    before: String,
    add: String,
    ticked: String,
}

impl Query {
    fn at(&self) -> PageAt {
        match (self.after.parse(), self.before.parse()) {
            (Ok(number), _) => PageAt::After(number),
            (_, Ok(number)) => PageAt::Before(number),
            _ => PageAt::Start,
        }
    }
}

/// What is said in a pane when something was wrong with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Wrong {
    /// The pane: `person`, `file` or `paste`.
    pub(super) pane: &'static str,
    /// What is wrong as a whole.
    pub(super) words: Option<String>,
    /// What was typed of a person.
    pub(super) person: PersonForm,
}

/// The fields of a person.
#[derive(Clone, Debug, Default)]
pub(crate) struct PersonForm {
    pub(super) name: Field,
    pub(super) phone: Field,
    pub(super) email: Field,
    pub(super) notes: Field,
}

#[derive(Template)]
#[template(path = "invite/people.html")]
pub(crate) struct PeoplePage {
    shell: Shell,
    steps: Vec<StepLine>,
    id: InviteDraftId,
    chosen: String,
    pane: String,
    error: Option<String>,
    person: PersonForm,
    limit: String,
    most: String,
    may_import: bool,
    pasted: String,
    preview: Option<Preview>,
    warning: Option<Warning>,
    query: Query,
    found: String,
    cards: Vec<CardLine>,
    previous: Option<String>,
    next: Option<String>,
    all_link: String,
    none_link: String,
    is_ticked: bool,
    missing: Option<&'static str>,
}

/// A person of the list.
struct CardLine {
    number: i64,
    name: String,
    avatar: Avatar,
    phone: String,
    email: String,
    notes: String,
    from: String,
    /// Somebody who was deleted and had the same number or address.
    former: Option<UserId>,
}

/// Pasted lines as they are read.
struct Preview {
    rows: Vec<PreviewRow>,
    good: String,
    bad: usize,
    more: usize,
}

struct PreviewRow {
    row: u64,
    name: String,
    contact: String,
    notes: String,
    problem: Option<String>,
}

/// The warning about skipped rows.
struct Warning {
    title: String,
    equations: Vec<String>,
    skips: Vec<SkipLine>,
    more: i64,
}

struct SkipLine {
    place: String,
    name: String,
    contact: String,
    reason: String,
}

/// `GET /invite/{id}/people`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
    Params(query): Params<Query>,
) -> Result<Page<PeoplePage>, Failure> {
    page(&app, visitor, id, query, Wrong::default())
        .await
        .map(Page)
}

/// The page again, with what was wrong in one of its panes.
pub(super) async fn again(
    app: &App,
    visitor: Visitor,
    id: InviteDraftId,
    wrong: Wrong,
) -> Result<Response, Failure> {
    let page = page(app, visitor, id, Query::default(), wrong).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page).into_response())
}

async fn page(
    app: &App,
    visitor: Visitor,
    id: InviteDraftId,
    query: Query,
    wrong: Wrong,
) -> Result<PeoplePage, Failure> {
    let state = app.clone();
    tokio::task::spawn_blocking(move || load(&state, &state.imports, &visitor, id, query, wrong))
        .await
        .map_err(|error| Failure::internal(&error))?
}

fn load(
    app: &App,
    imports: &Imports,
    visitor: &Visitor,
    id: InviteDraftId,
    query: Query,
    wrong: Wrong,
) -> Result<PeoplePage, Failure> {
    let ctx = &visitor.ctx;
    let failed = |error| sent_or(error, id);
    // What was pasted is read here as it will be read when it is added.
    let (preview, paste_error) = match admit::view_pasted(&app.db, imports, ctx, id) {
        Ok(list) => (list.map(|list| preview_of(&list)), None),
        Err(AdmitError::Import(import::Refusal::File { message, .. })) => {
            (None, Some(format::sentence(&message)))
        }
        Err(error) => return Err(failed(error)),
    };
    app.db.read_blocking(|tx| {
        let draft = admit::find_open(tx, ctx, id).map_err(failed)?;
        let account = directory::accounts::get(tx, ctx.account)?;
        let page = admit::page(tx, ctx, id, &query.q, query.at()).map_err(failed)?;
        let warning = warning(tx, visitor, id)?;
        let pane = if !wrong.pane.is_empty() {
            wrong.pane.to_owned()
        } else if query.add.is_empty() && draft.pasted.is_some() {
            "paste".to_owned()
        } else {
            query.add.clone()
        };
        let here = |place: &str, number: i64| {
            address(id, &query)
                .with(place, &number.to_string())
                .into_string()
        };
        let zone = format::zone(&account.time_zone);
        let access = draft.terms.as_ref().map(|terms| access_words(terms, &zone));
        let to = device_words(&draft);
        let error = wrong.words.or(paste_error.filter(|_| pane == "paste"));
        Ok(PeoplePage {
            shell: Shell::load(tx, visitor, Section::Invite)?,
            steps: steps(&draft, Step::People),
            id,
            chosen: [access.unwrap_or_default(), to]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            pane,
            error,
            person: wrong.person,
            limit: format::bytes(app.settings.upload_limit_bytes),
            most: count(MOST as i64),
            may_import: Shell::load(tx, visitor, Section::Invite)?.sees_imports(),
            pasted: draft.pasted.clone().unwrap_or_default(),
            preview,
            warning,
            found: if query.q.trim().is_empty() {
                counted(draft.ready, "person", "people")
            } else {
                format!(
                    "{} of {}",
                    count(page.found),
                    counted(draft.ready, "person", "people")
                )
            },
            previous: page
                .cards
                .first()
                .filter(|_| page.has_previous)
                .map(|card| here("before", card.number)),
            next: page
                .cards
                .last()
                .filter(|_| page.has_next)
                .map(|card| here("after", card.number)),
            all_link: same_page(id, &query).with("ticked", "all").into_string(),
            none_link: same_page(id, &query).into_string(),
            is_ticked: query.ticked == "all",
            missing: (draft.ready == 0).then_some("Add at least one person first."),
            cards: lines(tx, visitor, page.cards)?,
            query,
        })
    })
}

fn address(id: InviteDraftId, query: &Query) -> Link {
    Link::to(format!("/invite/{id}/people")).with("q", &query.q)
}

fn same_page(id: InviteDraftId, query: &Query) -> Link {
    address(id, query)
        .with("after", &query.after)
        .with("before", &query.before)
}

/// The people, and whether they were deleted, for those who may take them back.
fn lines(tx: &mut Tx<'_>, visitor: &Visitor, cards: Vec<Card>) -> db::Result<Vec<CardLine>> {
    let ctx = &visitor.ctx;
    let mut former: HashMap<i64, UserId> = HashMap::new();
    if ctx.require(Action::DeleteUsers).is_ok() && leaving::any(tx, ctx.account)? {
        let keys: Vec<StagedKey> = cards
            .iter()
            .flat_map(|card| {
                let email = card.email_key().map(|key| (KeyKind::Email, key));
                let phone = card.phone.clone().map(|key| (KeyKind::Phone, key));
                let row = card.number;
                email
                    .into_iter()
                    .chain(phone)
                    .map(move |(kind, key)| StagedKey { kind, key, row })
            })
            .collect();
        leaving::match_keys(tx, ctx.account, &keys, &mut |row, _, user| {
            former.insert(row, user);
            Ok(())
        })?;
    }
    let line = |card: Card| {
        let former = former.get(&card.number).copied();
        card_line(card, former)
    };
    Ok(cards.into_iter().map(line).collect())
}

fn card_line(card: Card, former: Option<UserId>) -> CardLine {
    CardLine {
        former,
        number: card.number,
        avatar: Avatar::of(&card.name),
        from: match card.row {
            Some(row) => format!("Row {row}"),
            None => "By hand".to_owned(),
        },
        name: card.name,
        phone: card.phone.unwrap_or_default(),
        email: card.email.unwrap_or_default(),
        notes: card.notes.unwrap_or_default(),
    }
}

fn preview_of(list: &PeopleList) -> Preview {
    let bad = list.rows.iter().filter(|row| row.problem.is_some()).count();
    let good = (list.rows.len() - bad) as i64;
    Preview {
        rows: list
            .rows
            .iter()
            .take(PREVIEWED)
            .map(|row| PreviewRow {
                row: row.row,
                name: row.name.clone(),
                contact: row.phone.clone().or(row.email.clone()).unwrap_or_default(),
                notes: row.notes.clone().unwrap_or_default(),
                problem: row
                    .problem
                    .as_ref()
                    .map(|problem| problem.code.title().to_owned()),
            })
            .collect(),
        good: counted(good, "person", "people"),
        bad,
        more: list.rows.len().saturating_sub(PREVIEWED),
    }
}

/// One warning for everything that was read and not dismissed.
fn warning(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: InviteDraftId,
) -> Result<Option<Warning>, Failure> {
    let failed = |error| sent_or(error, id);
    let reads = admit::reads(tx, &visitor.ctx, id).map_err(failed)?;
    let skipped: i64 = reads
        .iter()
        .map(|read| read.skipped + read.with_access)
        .sum();
    let skips = admit::skips(tx, &visitor.ctx, id, LISTED).map_err(failed)?;
    if reads.is_empty() && skips.iter().all(|skip| skip.list.is_some()) {
        return Ok(None);
    }
    let by_hand = skips.iter().filter(|skip| skip.list.is_none()).count() as i64;
    let all = skipped + by_hand;
    let name_of = |list: Option<i64>| {
        let read = reads.iter().find(|read| Some(read.number) == list);
        read.and_then(|read| read.name.clone())
    };
    let title = if all == 0 {
        "Every row became a person".to_owned()
    } else {
        format!("{} skipped", counted(all, "row was", "rows were"))
    };
    Ok(Some(Warning {
        title,
        equations: reads.iter().map(equation).collect(),
        more: (all - skips.len() as i64).max(0),
        skips: skips
            .into_iter()
            .map(|skip| SkipLine {
                place: match (skip.row, name_of(skip.list)) {
                    (Some(row), Some(name)) => format!("Row {row} of {name}"),
                    (Some(row), None) => format!("Row {row} of pasted lines"),
                    (None, _) => "By hand".to_owned(),
                },
                name: skip.name,
                contact: skip.contact,
                reason: skip.reason,
            })
            .collect(),
    }))
}

/// Rows = people + skipped (+ removed since).
fn equation(read: &admit::Read) -> String {
    let name = read.name.as_deref().unwrap_or("Pasted lines");
    let removed = read.removed();
    let gone = if removed > 0 {
        format!(" + {} removed since", count(removed))
    } else {
        String::new()
    };
    format!(
        "{name}: {} = {} + {} skipped{gone}",
        counted(read.rows, "row", "rows"),
        counted(read.cards, "person", "people"),
        count(read.skipped + read.with_access)
    )
}
