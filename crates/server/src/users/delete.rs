//! `/users/{id}/delete`: what deleting somebody would do, what stands against it, and every way out of that.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    Action,
    documents::{self, Document, Filter, State as Standing},
    leaving::{self, LeaveError, Look, Refusal, Terms},
};
use kernel::UserId;

use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::{counted, sentence},
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

/// Open documents that can be ticked on the page; the rest are in Document Status.
const MOST_DOCUMENTS: i64 = 50;

#[derive(Template)]
#[template(path = "users/delete.html")]
struct DeletePage {
    shell: Shell,
    id: UserId,
    name: String,
    version: i64,
    /// For how many days they are kept.
    days: String,
    error: Option<String>,
    effects: Vec<String>,
    /// Themselves, or a role: nothing on this page helps.
    refusal: Option<Refusal>,
    /// Each with its link and how they take part.
    workflows: Vec<(String, String, Vec<String>)>,
    blocks_workflows: bool,
    open_documents: String,
    documents: Vec<Document>,
    note: String,
}

impl DeletePage {
    fn is_self(&self) -> bool {
        self.refusal == Some(Refusal::Yourself)
    }

    fn is_owner(&self) -> bool {
        self.refusal == Some(Refusal::Owner)
    }

    fn administrator(&self) -> Option<&str> {
        match &self.refusal {
            Some(Refusal::Administrator(role)) => Some(role),
            Some(
                Refusal::Yourself | Refusal::Owner | Refusal::Workflows | Refusal::Documents(_),
            )
            | None => None,
        }
    }

    fn may_change_workflows(&self) -> bool {
        self.shell.may(Action::ManageWorkflows)
    }

    fn may_documents(&self) -> bool {
        self.shell.may(Action::ManageDocuments)
    }
}

/// `GET /users/{id}/delete`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Response, Failure> {
    let page = app.db.read(move |tx| page(tx, &visitor, id, None)).await?;
    Ok(Page(page).into_response())
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: UserId,
    error: Option<String>,
) -> Result<DeletePage, Failure> {
    let ctx = &visitor.ctx;
    let looked = leaving::look(tx, ctx, id).map_err(|error| failure(error, "/users"))?;
    let days = counted(leaving::kept_days(tx, ctx.account)?, "day", "days");
    let may_documents = visitor.ctx.may(Action::ManageDocuments);
    let documents = if may_documents && looked.open_documents > 0 {
        let filter = Filter {
            person: Some(id),
            ..Filter::default()
        };
        let mut all = documents::list(tx, ctx, &filter, None, MOST_DOCUMENTS)?;
        all.retain(|document| document.state != Standing::Completed);
        all
    } else {
        Vec::new()
    };
    Ok(DeletePage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        id,
        name: looked.record.user.full_name(),
        version: looked.record.user.version,
        error,
        effects: effects(&looked, &days),
        days,
        refusal: looked.refusal.clone(),
        workflows: workflows(&looked),
        blocks_workflows: looked.blocks_workflows(),
        open_documents: if looked.open_documents > 0 {
            counted(looked.open_documents, "open document", "open documents")
        } else {
            String::new()
        },
        documents,
        note: String::new(),
    })
}

fn effects(looked: &Look, days: &str) -> Vec<String> {
    let found = &looked.effects;
    let mut lines = Vec::new();
    let mut add = |number: i64, one: &str, many: &str, what: &str| {
        if number > 0 {
            lines.push(format!("{} {what}", counted(number, one, many)));
        }
    };
    add(found.sessions, "session", "sessions", "will end at once");
    add(
        found.invitations,
        "invitation",
        "invitations",
        "not accepted yet will be withdrawn",
    );
    add(found.cards, "card", "cards", "will be revoked");
    add(
        found.grants,
        "device",
        "devices",
        "will no longer open for them",
    );
    add(
        found.groups,
        "group or team",
        "groups and teams",
        "will lose a member",
    );
    add(
        found.seats,
        "module seat",
        "module seats",
        "will become free",
    );
    if found.teams_led > 0 {
        let teams = counted(found.teams_led, "team", "teams");
        let people = counted(found.people_led, "person", "people");
        lines.push(format!(
            "{teams} with {people} will be without this manager; choose another on the team's page"
        ));
    }
    if found.documents > 0 {
        lines.push(format!(
            "{}, completed ones included, will be erased together with the person in {days}",
            counted(found.documents, "document of theirs", "documents of theirs"),
        ));
    }
    lines
}

/// Name, link, and the ways in which they take part; the only approver is said loudly.
fn workflows(looked: &Look) -> Vec<(String, String, Vec<String>)> {
    let of_part = looked.parts.iter().map(|part| {
        let mut ways: Vec<String> = Vec::new();
        if part.is_direct {
            ways.push("takes part directly".to_owned());
        }
        ways.extend(part.via.iter().map(|group| format!("via group {group}")));
        let sole = looked.sole.iter();
        ways.extend(
            sole.filter(|one| one.workflow == part.workflow)
                .map(|one| format!("the only one who approves “{}”", one.step_name)),
        );
        (
            part.name.clone(),
            format!("/workflows/{}", part.workflow),
            ways,
        )
    });
    of_part.collect()
}

/// `POST /users/{id}/delete`: fields `version`, `with_documents`, `take_out`.
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let get = |name: &str| {
        let found = fields.iter().find(|field| field.0 == name);
        found.map_or("", |field| field.1.as_str())
    };
    let version: i64 = get("version").parse().map_err(|_| Failure::BadRequest)?;
    let terms = Terms {
        with_documents: get("with_documents") == "yes",
        take_out: get("take_out") == "yes",
    };
    let ctx = visitor.ctx.clone();
    let done = app
        .db
        .write(move |tx| leaving::delete(tx, &ctx, id, Some(version), terms))
        .await;
    match done {
        Ok(()) => Ok(see_other(&format!("/users/deleted/{id}"))),
        Err(refusal @ (LeaveError::Refused(_) | LeaveError::Stale)) => {
            let words = Some(sentence(&refusal.to_string()));
            let page = app.db.read(move |tx| page(tx, &visitor, id, words)).await?;
            Ok(with_status(StatusCode::CONFLICT, &page))
        }
        Err(error) => Err(failure(error, &format!("/users/{id}"))),
    }
}

/// A refusal as a page.
pub(super) fn failure(error: LeaveError, link: &str) -> Failure {
    match error {
        LeaveError::Forbidden(_) => Failure::Forbidden,
        LeaveError::NobodyThere => Failure::NotFound,
        LeaveError::Locked(locked) => locked.into(),
        LeaveError::Db(error) => error.into(),
        refusal @ (LeaveError::Stale | LeaveError::Refused(_) | LeaveError::NotConfirmed) => {
            Failure::Conflict {
                title: "Nothing was changed".to_owned(),
                message: sentence(&refusal.to_string()),
                link: link.to_owned(),
            }
        }
    }
}
