//! One action on many people: choosing it, looking at what it would do, starting it, taking it back.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    Action, Actor, accounts,
    bulk::{self, Bulk, BulkAction, BulkError, BulkState, Outcome},
    fields,
    groups::GroupKind,
    leaving::{self, Terms},
    modules,
    pick::Many,
};
use kernel::{BulkId, GroupId};

use super::{bulk_invite::invite_page, pickers::entries, query::Query};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id, Params},
    failure::Failure,
    format::{self, Moment, count, counted, sentence},
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

const ROWS_SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "users/bulk_choose.html")]
struct ChoosePage {
    shell: Shell,
    whom: String,
    error: Option<String>,
    /// The selection, as the form sends it on.
    carried: Vec<(String, String)>,
    ways: Vec<Choice>,
    groups: Vec<Choice>,
    modules: Vec<Choice>,
    workflows: Vec<Choice>,
    /// Fields for the names of those that are not among these, with label and value.
    named: Vec<(&'static str, &'static str, String)>,
    fields: Vec<Choice>,
    value: String,
    may_delete: bool,
}

/// Of what there may be too many for a select: the field of a name, what it is called, and of what.
const NAMED: [(&str, &str, Many); 3] = [
    ("to_group_named", "group", Many::Groups(GroupKind::Group)),
    ("to_team_named", "team", Many::Groups(GroupKind::Team)),
    ("to_workflow_named", "workflow", Many::Workflows),
];

type Targets = (
    Vec<Choice>,
    Vec<Choice>,
    Vec<(&'static str, &'static str, String)>,
);

/// Groups and teams, workflows, and the fields of names where there are more of them.
fn targets(tx: &mut Tx<'_>, visitor: &Visitor, query: &Query) -> db::Result<Targets> {
    let (mut groups, mut workflows, mut named) = (Vec::new(), Vec::new(), Vec::new());
    for (field, label, many) in NAMED {
        let present = match many {
            Many::Groups(_) => query.get("to_group"),
            Many::Workflows | Many::Devices => query.get("to_workflow"),
        };
        let is_of_them = match present.parse::<GroupId>() {
            Ok(id) => many
                .with_id(tx, visitor.session.account, id.uuid())?
                .is_some(),
            Err(_) => false,
        };
        let present = if is_of_them { present } else { "" };
        let (mut choices, has_more) = entries(tx, visitor, many, present)?;
        choices.retain(|choice| is_within(&visitor.ctx.actor, many, &choice.value));
        if has_more {
            named.push((field, label, query.get(field).to_owned()));
        }
        if many == Many::Workflows {
            workflows = choices;
            continue;
        }
        groups.extend(choices.into_iter().map(|mut choice: Choice| {
            choice.text = format!("{} ({label})", choice.text);
            choice
        }));
    }
    Ok((groups, workflows, named))
}

/// Whether an administrator of some groups or workflows may put people into this one.
fn is_within(actor: &Actor, many: Many, id: &str) -> bool {
    actor.custom.as_ref().is_none_or(|role| match many {
        Many::Groups(_) => id.parse().is_ok_and(|id| role.groups.has(&id)),
        Many::Workflows => id.parse().is_ok_and(|id| role.workflows.has(&id)),
        Many::Devices => true,
    })
}

/// Whether one of the ways is open to a visitor.
fn may(visitor: &Visitor, way: &str) -> bool {
    match way {
        "delete" => visitor.ctx.may(Action::DeleteUsers),
        "add" | "remove" => visitor.ctx.may(Action::ManageWorkflows),
        "invite" => visitor.ctx.actor.may_for_all(Action::InviteUsers),
        "leave" => visitor.ctx.actor.may_for_all(Action::EditUsers),
        _ => true,
    }
}

/// Says by its id what was typed by its name; what has no such thing, in words.
fn resolve(tx: &mut Tx<'_>, visitor: &Visitor, query: &Query) -> db::Result<Result<Query, String>> {
    let mut resolved = query.clone();
    for (field, label, many) in NAMED {
        let name = query.get(field);
        if name.is_empty() {
            continue;
        }
        let Some(found) = many.named(tx, visitor.session.account, name)? else {
            return Ok(Err(format!("there is no {label} called “{name}”")));
        };
        let target = match many {
            Many::Groups(_) => "to_group",
            Many::Workflows | Many::Devices => "to_workflow",
        };
        resolved.0.retain(|(key, _)| key != target);
        resolved.0.push((target.to_owned(), found.id.to_string()));
    }
    Ok(Ok(resolved))
}

/// `GET /users/bulk`
pub(crate) async fn choose(
    State(app): State<App>,
    visitor: Visitor,
    Params(fields): Params<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let query = Query(fields);
    if !query.is_all() && query.ticked().is_empty() {
        return Err(nobody());
    }
    let page = app
        .db
        .read(move |tx| choose_page(tx, &visitor, &query, None))
        .await?;
    Ok(Page(page).into_response())
}

pub(super) fn nobody() -> Failure {
    Failure::Conflict {
        title: "Nobody is ticked".to_owned(),
        message: "Tick at least one person first, or take all of a list.".to_owned(),
        link: "/users".to_owned(),
    }
}

const WAYS: [(&str, &str); 11] = [
    ("join", "Add to a group or team"),
    ("leave", "Remove from a group or team"),
    ("give", "Give a seat of a module"),
    ("take", "Take the seat of a module"),
    ("add", "Add to a workflow"),
    ("remove", "Remove from a workflow"),
    ("set", "Set a field"),
    ("deactivate", "Deactivate"),
    ("reactivate", "Reactivate"),
    ("delete", "Delete"),
    ("invite", "Invite"),
];

fn choose_page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    query: &Query,
    error: Option<String>,
) -> Result<ChoosePage, Failure> {
    let account = visitor.session.account;
    let chosen = |name: &str, entries: Vec<(String, String)>| -> Vec<Choice> {
        entries
            .into_iter()
            .map(|(value, text)| {
                let is_chosen = query.get(name) == value;
                Choice::new(value, text, is_chosen)
            })
            .collect()
    };
    let modules = modules::list(tx, account)?.into_iter().map(|module| {
        let text = format!(
            "{} ({} of {} free)",
            module.label,
            module.free(),
            module.seats
        );
        (module.key, text)
    });
    let own = fields::list(tx, account)?
        .into_iter()
        .map(|field| (format!("custom.{}", field.key), field.label));
    let settable = [("title", "Title"), ("department", "Department")]
        .map(|(key, label)| (key.to_owned(), label.to_owned()))
        .into_iter()
        .chain(own);
    let mut carried = query.carried();
    if query.is_all() {
        carried.push(("all".to_owned(), "yes".to_owned()));
    } else {
        let ticked = query.ticked().into_iter();
        carried.extend(ticked.map(|id| ("pick".to_owned(), id.to_string())));
    }
    let (groups, workflows, named) = targets(tx, visitor, query)?;
    let may_delete = visitor.ctx.may(Action::DeleteUsers);
    let kept = counted(leaving::kept_days(tx, account)?, "day", "days");
    Ok(ChoosePage {
        may_delete,
        shell: Shell::load(tx, visitor, Section::Users)?,
        whom: if query.is_all() {
            "All people of the list".to_owned()
        } else {
            counted(query.ticked().len() as i64, "person", "people")
        },
        error,
        carried,
        ways: WAYS
            .iter()
            .filter(|way| may(visitor, way.0))
            .map(|(value, text)| {
                let choice = Choice::new(*value, *text, query.get("do") == *value);
                if *value == "delete" {
                    choice.help(format!("They can be restored for {kept}."))
                } else {
                    choice
                }
            })
            .collect(),
        groups,
        workflows,
        named,
        modules: chosen("to_module", modules.collect()),
        fields: chosen("set_field", settable.collect()),
        value: query.get("set_value").to_owned(),
    })
}

/// The action a form names.
fn action(query: &Query) -> Result<BulkAction, &'static str> {
    let group = || {
        query
            .get("to_group")
            .parse()
            .map_err(|_| "choose a group or team")
    };
    let workflow = || {
        query
            .get("to_workflow")
            .parse()
            .map_err(|_| "choose a workflow")
    };
    let module = || match query.get("to_module") {
        "" => Err("choose a module"),
        key => Ok(key.to_owned()),
    };
    Ok(match query.get("do") {
        "join" => BulkAction::AddToGroup(group()?),
        "leave" => BulkAction::RemoveFromGroup(group()?),
        "give" => BulkAction::GiveSeat(module()?),
        "take" => BulkAction::TakeSeat(module()?),
        "add" => BulkAction::AddToWorkflow(workflow()?),
        "remove" => BulkAction::RemoveFromWorkflow(workflow()?),
        "deactivate" => BulkAction::Deactivate,
        "reactivate" => BulkAction::Reactivate,
        "delete" => BulkAction::Delete(Terms {
            with_documents: query.get("with_documents") == "yes",
            take_out: query.get("take_out") == "yes",
        }),
        "set" => BulkAction::SetField {
            key: query.get("set_field").to_owned(),
            value: Some(query.get("set_value").to_owned()),
        },
        _ => return Err("choose what to do"),
    })
}

/// `POST /users/bulk`: writes down whom it is for; nothing is done yet.
pub(crate) async fn make(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let query = Query(fields);
    let selection = query.selection();
    if query.get("do") == "invite" {
        return invite_page(&app, visitor, selection).await;
    }
    let (asker, asked) = (visitor.clone(), query.clone());
    let resolved = app.db.read(move |tx| resolve(tx, &asker, &asked)).await?;
    let asker = visitor.clone();
    let wanted = resolved.and_then(|query| action(&query).map_err(str::to_owned));
    let made = match wanted {
        Ok(action) => {
            app.db
                .write(move |tx| bulk::make(tx, &asker.ctx, &action, &selection))
                .await
        }
        Err(words) => Err(BulkError::Value(words)),
    };
    match made {
        Ok(id) => {
            app.wake.wake();
            Ok(see_other(&format!("/users/bulk/{id}")))
        }
        Err(refusal @ (BulkError::Value(_) | BulkError::Missing(_))) => {
            let words = Some(sentence(&refusal.to_string()));
            let page = app
                .db
                .read(move |tx| choose_page(tx, &visitor, &query, words))
                .await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(refusal) => Err(failure(refusal, "/users")),
    }
}

pub(super) fn failure(error: BulkError, link: &str) -> Failure {
    match error {
        BulkError::Forbidden(_) => Failure::Forbidden,
        BulkError::Locked(locked) => locked.into(),
        BulkError::NotFound => Failure::NotFound,
        BulkError::Db(error) => error.into(),
        BulkError::Nobody => nobody(),
        refusal @ (BulkError::Missing(_)
        | BulkError::Value(_)
        | BulkError::NoSeats { .. }
        | BulkError::NotNow
        | BulkError::TooLate) => Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&refusal.to_string()),
            link: link.to_owned(),
        },
    }
}

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
    let link = format!("/users/bulk/{id}");
    app.db
        .write(move |tx| bulk::start(tx, &visitor.ctx, id, people))
        .await
        .map_err(|error| failure(error, &link))?;
    app.wake.wake();
    Ok(see_other(&link))
}

/// `POST /users/bulk/{id}/undo`
pub(crate) async fn undo(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<BulkId>,
) -> Result<Response, Failure> {
    let link = format!("/users/bulk/{id}");
    app.db
        .write(move |tx| bulk::undo(tx, &visitor.ctx, id))
        .await
        .map_err(|error| failure(error, &link))?;
    app.wake.wake();
    Ok(see_other(&link))
}

/// `POST /users/bulk/{id}/drop`
pub(crate) async fn drop_action(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<BulkId>,
) -> Result<Response, Failure> {
    let link = format!("/users/bulk/{id}");
    app.db
        .write(move |tx| bulk::drop_action(tx, &visitor.ctx, id))
        .await
        .map_err(|error| failure(error, &link))?;
    Ok(see_other("/users"))
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
