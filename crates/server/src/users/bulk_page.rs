//! What an action on many would do or did: its page, starting it, taking it back, and the list of all.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    accounts,
    bulk::{self, Bulk, BulkAction, BulkError, BulkState, Outcome},
};
use kernel::BulkId;

use super::{bulk::failure, query::Query};
use crate::{
    app::App,
    extract::{Form, Id, Params},
    failure::Failure,
    format::{self, Moment, count, counted},
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

const ROWS_SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "users/bulk.html")]
struct BulkPage {
    shell: Shell,
    bulk: Bulk,
    heading: String,
    counts: Vec<(String, &'static str, String, bool)>,
    /// Id, name, page, and what became of them.
    rows: Vec<(String, String, &'static str)>,
    next: Option<String>,
    fitting: String,
    chosen: String,
    percent: i64,
    by: String,
    /// Until when it can be taken back, and whether it still can.
    undo_until: Option<(Moment, bool)>,
}

/// What an outcome is called, while it is still to be done or after.
const fn words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fits => "To be done",
        Outcome::Done => "Done",
        Outcome::Already => "Already so",
        Outcome::Status => "Left out: their status does not fit",
        Outcome::Role => "Left out: their role is to be changed first",
        Outcome::Yourself => "Left out: you",
        Outcome::Documents => "Left out: documents are assigned to them",
        Outcome::Workflows => {
            "Left out: they take part in workflows, or are the only one who approves"
        }
        Outcome::Taken => {
            "Not taken back: somebody else has their e-mail address, phone number or user ID"
        }
        Outcome::NoSeat => "Left out: no seat was free",
        Outcome::Gone => "Gone meanwhile",
        Outcome::Changed => "Left out: changed at the same moment",
        Outcome::Restored => "Taken back",
        Outcome::Kept => "Kept: changed since",
    }
}

/// Where to look at somebody, and to settle what stands against deleting them.
fn page_of(bulk: &Bulk, row: &bulk::Row) -> String {
    match (&bulk.action, row.outcome) {
        (BulkAction::Delete(_), Outcome::Done | Outcome::Taken) => {
            format!("/users/deleted/{}", row.user)
        }
        (BulkAction::Delete(_), Outcome::Role | Outcome::Documents | Outcome::Workflows) => {
            format!("/users/{}/delete", row.user)
        }
        _ => format!("/users/{}", row.user),
    }
}

/// `GET /users/bulk/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<BulkId>,
    Params(fields): Params<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let query = Query(fields);
    let page = app
        .db
        .read(move |tx| show_page(tx, &visitor, id, &query))
        .await
        .map_err(|error| failure(error, "/users"))?;
    Ok(Page(page).into_response())
}

fn show_page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: BulkId,
    query: &Query,
) -> Result<BulkPage, BulkError> {
    let ctx = &visitor.ctx;
    let bulk = bulk::find(tx, ctx, id)?.ok_or(BulkError::NotFound)?;
    let wanted = Outcome::parse(query.get("outcome"));
    let counted_rows = bulk::counts(tx, ctx, id)?;
    let waiting: i64 = counted_rows
        .iter()
        .filter(|(outcome, _)| match bulk.state {
            BulkState::Undoing => *outcome == Outcome::Done,
            _ => *outcome == Outcome::Fits,
        })
        .map(|row| row.1)
        .sum();
    let after = query.get("after").parse().ok();
    let rows = bulk::rows(tx, ctx, id, wanted, after, ROWS_SHOWN)?;
    let base = format!("/users/bulk/{id}");
    let link = |outcome: &str| crate::link::Link::to(base.clone()).with("outcome", outcome);
    let next = rows
        .last()
        .filter(|_| rows.len() as i64 == ROWS_SHOWN)
        .map(|row| {
            link(query.get("outcome"))
                .with("after", &row.user.to_string())
                .into_string()
        });
    let zone = format::zone(&accounts::get(tx, visitor.session.account)?.time_zone);
    let undo_until = bulk.undo_until().map(|until| {
        let is_possible = !bulk.is_over(ctx.now());
        (format::moment(until, &zone), is_possible)
    });
    let mut shell = Shell::load(tx, visitor, Section::Users)?;
    shell.refresh_seconds = bulk.state.is_busy().then_some(2);
    let heading = match bulk.state {
        BulkState::Preparing => "Looking at the people",
        BulkState::Ready => "Not done yet",
        BulkState::Running => "Being done",
        BulkState::Done => "Done",
        BulkState::Undoing => "Being taken back",
        BulkState::Undone => "Taken back",
        BulkState::Dropped => "Dropped",
    };
    Ok(BulkPage {
        shell,
        heading: heading.to_owned(),
        counts: counted_rows
            .iter()
            .map(|(outcome, number)| {
                let link = link(outcome.as_str()).into_string();
                (
                    count(*number),
                    words(*outcome),
                    link,
                    wanted == Some(*outcome),
                )
            })
            .collect(),
        rows: rows
            .into_iter()
            .map(|row| {
                let page = page_of(&bulk, &row);
                let name = if row.name.is_empty() {
                    "Gone".to_owned()
                } else {
                    row.name
                };
                (page, name, words(row.outcome))
            })
            .collect(),
        next,
        fitting: counted(bulk.fitting, "person", "people"),
        chosen: counted(bulk.chosen, "person", "people"),
        percent: 100 * (bulk.fitting - waiting).max(0) / bulk.fitting.max(1),
        by: bulk.made_by_name.clone(),
        undo_until,
        bulk,
    })
}

#[derive(serde::Deserialize)]
pub(crate) struct Confirmed {
    people: String,
}

/// `POST /users/bulk/{id}/start`
pub(crate) async fn start(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<BulkId>,
    Form(fields): Form<Confirmed>,
) -> Result<Response, Failure> {
    let people: i64 = fields.people.parse().map_err(|_| Failure::BadRequest)?;
    act(&app, id, move |tx| {
        bulk::start(tx, &visitor.ctx, id, people)
    })
    .await?;
    Ok(see_other(&address(id)))
}

/// `POST /users/bulk/{id}/undo`
pub(crate) async fn undo(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<BulkId>,
) -> Result<Response, Failure> {
    act(&app, id, move |tx| bulk::undo(tx, &visitor.ctx, id)).await?;
    Ok(see_other(&address(id)))
}

/// `POST /users/bulk/{id}/drop`
pub(crate) async fn drop_action(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<BulkId>,
) -> Result<Response, Failure> {
    act(&app, id, move |tx| bulk::drop_action(tx, &visitor.ctx, id)).await?;
    Ok(see_other("/users"))
}

fn address(id: BulkId) -> String {
    format!("/users/bulk/{id}")
}

/// Does something to an action, and wakes whoever carries it out.
async fn act(
    app: &App,
    id: BulkId,
    act: impl FnOnce(&mut Tx<'_>) -> Result<(), BulkError> + Send + 'static,
) -> Result<(), Failure> {
    app.db
        .write(act)
        .await
        .map_err(|error| failure(error, &address(id)))?;
    app.wake.wake();
    Ok(())
}

#[derive(Template)]
#[template(path = "users/bulk_list.html")]
struct ListPage {
    shell: Shell,
    lines: Vec<(BulkId, String, String, &'static str, String)>,
}

/// `GET /users/actions`: what was done with many, newest first.
pub(crate) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| {
            let lines = bulk::list(tx, &visitor.ctx)?
                .into_iter()
                .map(|bulk| {
                    let people = counted(bulk.fitting, "person", "people");
                    (
                        bulk.id,
                        bulk.told,
                        people,
                        bulk.state.as_str(),
                        bulk.made_by_name,
                    )
                })
                .collect();
            let shell = Shell::load(tx, &visitor, Section::Users)?;
            Ok::<_, BulkError>(ListPage { shell, lines })
        })
        .await
        .map_err(|error| failure(error, "/users"))?;
    Ok(Page(page).into_response())
}
