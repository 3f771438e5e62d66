//! One action on many people: choosing it, and for whom. What it would do and did is in [`super::bulk_page`].

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    Action,
    bulk::{self, BulkAction, BulkError},
    fields,
    groups::GroupKind,
    leaving::{self, Terms},
    modules,
    pick::Many,
};
use kernel::GroupId;

use super::{bulk_invite::invite_page, pickers::entries, query::Query};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Params},
    failure::Failure,
    format::{counted, sentence},
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

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
        choices.retain(|choice| is_offered(visitor, many, &choice.value));
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

/// Whether the visitor may put people into one of these.
fn is_offered(visitor: &Visitor, many: Many, id: &str) -> bool {
    let action = match many {
        Many::Groups(_) => id.parse().map(BulkAction::AddToGroup),
        Many::Workflows => id.parse().map(BulkAction::AddToWorkflow),
        Many::Devices => return false,
    };
    action.is_ok_and(|action| bulk::permit(&visitor.ctx, &action).is_ok())
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

/// Whether one of the ways is open to a visitor; `workflows` is whether they may put people into one.
fn has_way(visitor: &Visitor, way: &str, workflows: bool) -> bool {
    let permits = |action| bulk::permit(&visitor.ctx, &action).is_ok();
    match way {
        "add" | "remove" => workflows,
        "leave" => permits(BulkAction::RemoveFromGroup(visitor.ctx.new_id())),
        "delete" => permits(BulkAction::Delete(Terms::default())),
        "invite" => visitor.ctx.actor.may_for_all(Action::InviteUsers),
        _ => true,
    }
}

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
            .filter(|way| has_way(visitor, way.0, !workflows.is_empty()))
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
