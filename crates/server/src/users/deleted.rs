//! `/users/deleted`: who was deleted and can be taken back, one or several; and erasing one of them at once.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    Action, accounts,
    leaving::{self, Back, Deleted, Had, LeaveError, Returned},
};
use jiff::tz::TimeZone;
use kernel::{Timestamp, UserId};

use super::delete::failure;
use crate::{
    app::App,
    extract::{Form, Id, Params},
    failure::Failure,
    format::{Moment, counted, moment, sentence, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other, with_status},
};

/// Somebody on the list, or to be taken back.
pub(super) struct Line {
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) keys: String,
    pub(super) at: Moment,
    pub(super) by: String,
    pub(super) left: String,
    pub(super) is_going: bool,
}

impl Line {
    pub(super) fn new(one: &Deleted, now: Timestamp, days: i64, zone: &TimeZone) -> Self {
        let keys = [&one.email, &one.phone, &one.external_id];
        let keys: Vec<&str> = keys.into_iter().flatten().map(String::as_str).collect();
        Self {
            id: one.id,
            name: one.full_name(),
            keys: keys.join(" · "),
            at: moment(one.deleted_at, zone),
            by: one.deleted_by.clone(),
            left: if one.is_going {
                "being erased".to_owned()
            } else {
                counted(
                    leaving::days_left(one.deleted_at, now, days),
                    "day left",
                    "days left",
                )
            },
            is_going: one.is_going,
        }
    }
}

#[derive(Template)]
#[template(path = "users/deleted.html")]
struct ListPage {
    shell: Shell,
    /// For how many days they are kept.
    days: String,
    q: String,
    total: String,
    lines: Vec<Line>,
    next: Option<String>,
    done: Option<String>,
    refused: Vec<String>,
}

#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    restored: String,
}

/// `GET /users/deleted`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| list_page(tx, &visitor, &query, Vec::new()))
        .await?;
    Ok(Page(page).into_response())
}

fn list_page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    query: &Query,
    refused: Vec<String>,
) -> Result<ListPage, Failure> {
    let ctx = &visitor.ctx;
    let after = query.after.parse().ok();
    let found =
        leaving::list(tx, ctx, &query.q, after).map_err(|error| failure(error, "/users"))?;
    let zone = zone(&accounts::get(tx, ctx.account)?.time_zone);
    let days = leaving::kept_days(tx, ctx.account)?;
    let next = found.people.last().filter(|_| found.has_next).map(|last| {
        Link::to("/users/deleted")
            .with("q", query.q.trim())
            .with("after", &last.id.to_string())
            .into_string()
    });
    let restored: Option<i64> = query.restored.parse().ok().filter(|number| *number > 0);
    Ok(ListPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        days: counted(days, "day", "days"),
        q: query.q.trim().to_owned(),
        total: counted(found.total, "person", "people"),
        lines: found
            .people
            .iter()
            .map(|one| Line::new(one, ctx.now(), days, &zone))
            .collect(),
        next,
        done: restored.map(|number| format!("{} restored", counted(number, "person", "people"))),
        refused,
    })
}

/// The parts that a form has ticked.
fn back(fields: &[(String, String)]) -> Back {
    let has = |name: &str| {
        fields
            .iter()
            .any(|field| field.0 == name && field.1 == "yes")
    };
    Back {
        groups: has("groups"),
        workflows: has("workflows"),
        access: has("access"),
        cards: has("cards"),
    }
}

/// `POST /users/deleted`: the ticked ones come back.
pub(crate) async fn restore_many(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let picked: Vec<UserId> = fields
        .iter()
        .filter(|field| field.0 == "pick")
        .filter_map(|field| field.1.parse().ok())
        .collect();
    if picked.is_empty() {
        return Err(Failure::Conflict {
            title: "Nobody is ticked".to_owned(),
            message: "Tick at least one person first.".to_owned(),
            link: "/users/deleted".to_owned(),
        });
    }
    let (ctx, wanted) = (visitor.ctx.clone(), back(&fields));
    let (restored, refused) = app
        .db
        .write(move |tx| {
            let names: Vec<(UserId, String)> = names(tx, &ctx, &picked)?;
            let done = leaving::restore(tx, &ctx, &picked, wanted)?;
            let restored = done
                .iter()
                .filter(|one| one.1 == Returned::Restored)
                .count();
            let refused: Vec<String> = done
                .iter()
                .filter_map(|(id, returned)| {
                    let name = names.iter().find(|one| one.0 == *id);
                    let name = name.map_or("Somebody", |one| one.1.as_str());
                    why(returned).map(|why| format!("{name}: {why}"))
                })
                .collect();
            Ok::<_, LeaveError>((restored, refused))
        })
        .await
        .map_err(|error| failure(error, "/users/deleted"))?;
    if refused.is_empty() {
        return Ok(see_other(&format!("/users/deleted?restored={restored}")));
    }
    let query = Query {
        restored: restored.to_string(),
        ..Query::default()
    };
    let page = app
        .db
        .read(move |tx| list_page(tx, &visitor, &query, refused))
        .await?;
    Ok(with_status(StatusCode::CONFLICT, &page))
}

fn names(
    tx: &mut Tx<'_>,
    ctx: &directory::Ctx,
    people: &[UserId],
) -> db::Result<Vec<(UserId, String)>> {
    directory::users::stage_ids(tx, people.iter().copied())?;
    let rows = directory::users::rows_of_staged(tx, ctx.account)?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.full_name()))
        .collect())
}

/// Why somebody did not come back.
fn why(returned: &Returned) -> Option<String> {
    match returned {
        Returned::Restored => None,
        Returned::Taken(key) => Some(format!(
            "somebody else has their {} by now; change it there first, or delete that person",
            key.words()
        )),
        Returned::Gone => Some("not among the deleted people any more".to_owned()),
    }
}

#[derive(Template)]
#[template(path = "users/restore.html")]
struct RestorePage {
    shell: Shell,
    /// For how many days they are kept.
    days: String,
    person: Line,
    had: Had,
    error: Option<String>,
    may_erase: bool,
    /// What was typed to confirm.
    typed: String,
}

/// `GET /users/deleted/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| restore_page(tx, &visitor, id, None, ""))
        .await?;
    Ok(Page(page).into_response())
}

fn restore_page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: UserId,
    error: Option<String>,
    typed: &str,
) -> Result<RestorePage, Failure> {
    let ctx = &visitor.ctx;
    let found = leaving::find(tx, ctx, id).map_err(|error| failure(error, "/users"))?;
    let found = found.ok_or(Failure::NotFound)?;
    let zone = zone(&accounts::get(tx, ctx.account)?.time_zone);
    let days = leaving::kept_days(tx, ctx.account)?;
    Ok(RestorePage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        days: counted(days, "day", "days"),
        had: leaving::had(tx, ctx, id).map_err(|error| failure(error, "/users"))?,
        person: Line::new(&found, ctx.now(), days, &zone),
        error,
        may_erase: visitor.ctx.may(Action::EraseUsers),
        typed: typed.to_owned(),
    })
}

/// `POST /users/deleted/{id}/restore`
pub(crate) async fn restore(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let (ctx, wanted) = (visitor.ctx.clone(), back(&fields));
    let done = app
        .db
        .write(move |tx| leaving::restore(tx, &ctx, &[id], wanted))
        .await
        .map_err(|error| failure(error, "/users/deleted"))?;
    let returned = done.first().map_or(Returned::Gone, |one| one.1.clone());
    match why(&returned) {
        None => Ok(see_other(&format!("/users/{id}"))),
        Some(_) if returned == Returned::Gone => Err(Failure::NotFound),
        Some(words) => {
            let words = Some(format!("{}.", sentence(&words).trim_end_matches('.')));
            let page = app
                .db
                .read(move |tx| restore_page(tx, &visitor, id, words, ""))
                .await?;
            Ok(with_status(StatusCode::CONFLICT, &page))
        }
    }
}

#[derive(serde::Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    name: String,
}

/// `POST /users/deleted/{id}/erase`: at once and for good; the name is typed.
pub(crate) async fn erase(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Typed>,
) -> Result<Response, Failure> {
    let (ctx, name) = (visitor.ctx.clone(), fields.name.clone());
    let done = app
        .db
        .write(move |tx| {
            leaving::request(tx, &ctx, id, &name)?;
            erasure::enqueue(tx, &ctx.ids, ctx.now(), ctx.account)?;
            Ok::<_, LeaveError>(())
        })
        .await;
    match done {
        Ok(()) => {
            app.wake.wake();
            Ok(see_other("/users/deleted"))
        }
        Err(LeaveError::NotConfirmed) => {
            let words = Some("Type the name exactly as it is written above.".to_owned());
            let page = app
                .db
                .read(move |tx| restore_page(tx, &visitor, id, words, &fields.name))
                .await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(failure(error, "/users/deleted")),
    }
}
