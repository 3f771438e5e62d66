//! `/users/new`: one person by hand, invited at once or later.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    Action, accounts,
    leaving::{self, Deleted},
    users::{self, Complaint, SaveUser, Typed},
};
use invite::{Channel, InviteError, manage};
use kernel::UserId;

use super::{
    deleted::Line,
    form::{self, Control, Form, Posted},
};
use crate::{
    app::App,
    choice::Choice,
    extract::Form as Body,
    failure::Failure,
    format::zone,
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

#[derive(Template)]
#[template(path = "users/new.html")]
struct NewPage {
    shell: Shell,
    form: Form,
    /// How they can be invited now; none for those who may not.
    invite: Vec<Choice>,
    /// Deleted people who had the e-mail address, phone number or user ID.
    former: Vec<Line>,
}

const WAYS: [(&str, &str, &str); 3] = [
    (
        "email",
        "By e-mail, now",
        "They get a link to choose a password.",
    ),
    ("sms", "By SMS, now", "The same to their phone."),
    ("", "Later", "From their page, or together with others."),
];

/// `GET /users/new`
pub(crate) async fn show_new(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| page(tx, &visitor, &Typed::default(), "email", &[], &[]))
        .await?;
    Ok(Page(page).into_response())
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    typed: &Typed,
    invite: &str,
    complaints: &[Complaint],
    former: &[Deleted],
) -> Result<NewPage, Failure> {
    let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
    let days = leaving::kept_days(tx, visitor.session.account)?;
    let account = form::Account::load(tx, &visitor.ctx)?;
    let may_invite = visitor.ctx.may(Action::InviteUsers);
    let ways = WAYS.iter().filter(|_| may_invite);
    Ok(NewPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        form: Form::new(&account, typed, complaints),
        invite: ways
            .map(|(value, text, help)| Choice::new(*value, *text, *value == invite).help(*help))
            .collect(),
        former: former
            .iter()
            .map(|one| Line::new(one, visitor.ctx.now(), days, &zone))
            .collect(),
    })
}

/// Why nobody was created.
enum Refused {
    Wrong(Vec<Complaint>),
    /// Somebody who was deleted had one of the keys: perhaps it is them.
    Former(Vec<Deleted>),
    Failed(Failure),
}

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// `POST /users/new`
pub(crate) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Body(fields): Body<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let posted = Posted(fields);
    let typed = posted.typed("");
    let invite = posted.get("invite").to_owned();
    let (state, asker, wanted, channel) = (
        app.clone(),
        visitor.clone(),
        typed.clone(),
        Channel::parse(&invite),
    );
    let is_new = posted.get("anyway") == "yes";
    let made = app
        .db
        .write(move |tx| {
            let former = if is_new {
                Vec::new()
            } else {
                former(tx, &asker, &wanted)?
            };
            if !former.is_empty() {
                return Err(Refused::Former(former));
            }
            add(tx, &asker, &wanted, channel, &state.delivery)
        })
        .await;
    match made {
        Ok(id) => {
            app.wake.wake();
            Ok(see_other(&format!("/users/{id}")))
        }
        Err(Refused::Wrong(complaints)) => {
            let page = app
                .db
                .read(move |tx| page(tx, &visitor, &typed, &invite, &complaints, &[]))
                .await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(Refused::Former(former)) => {
            let page = app
                .db
                .read(move |tx| page(tx, &visitor, &typed, &invite, &[], &former))
                .await?;
            Ok(with_status(StatusCode::CONFLICT, &page))
        }
        Err(Refused::Failed(failure)) => Err(failure),
    }
}

/// Deleted people who had a key of the one who is entered (S1.35, S2.41).
fn former(tx: &mut Tx<'_>, visitor: &Visitor, typed: &Typed) -> Result<Vec<Deleted>, Refused> {
    // What is wrong with the fields is told first.
    let Ok(draft) = users::read(tx, &visitor.ctx, typed, None)? else {
        return Ok(Vec::new());
    };
    Ok(leaving::same_person(tx, &visitor.ctx, &draft)?)
}

/// The person and their invitation, or neither.
fn add(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    typed: &Typed,
    channel: Option<Channel>,
    delivery: &delivery::Settings,
) -> Result<UserId, Refused> {
    let ctx = &visitor.ctx;
    let read = users::read(tx, ctx, typed, None)?;
    let mut complaints = read.as_ref().err().cloned().unwrap_or_default();
    for (wanted, field, words) in [
        (Channel::Email, "email", "an e-mail address"),
        (Channel::Sms, "phone", "a phone number"),
    ] {
        if channel == Some(wanted) && typed.get(field).is_empty() {
            let text = format!("enter {words}, or invite the person later");
            complaints.push(Complaint::new(field, text));
        }
    }
    let draft = match read {
        Ok(draft) if complaints.is_empty() => draft,
        _ => return Err(Refused::Wrong(complaints)),
    };
    let id = users::add(tx, ctx, &draft).map_err(refused)?;
    if let Some(channel) = channel {
        match manage::invite(tx, ctx, delivery, id, channel) {
            Ok(_) => {}
            Err(InviteError::Forbidden(_)) => return Err(Refused::Failed(Failure::Forbidden)),
            Err(InviteError::Db(error)) => return Err(error.into()),
            Err(refusal) => {
                let field = if channel == Channel::Sms {
                    "phone"
                } else {
                    "email"
                };
                let complaint = Complaint::new(field, refusal.to_string());
                return Err(Refused::Wrong(vec![complaint]));
            }
        }
    }
    Ok(id)
}

fn refused(error: SaveUser) -> Refused {
    match error {
        SaveUser::Field(complaint) => Refused::Wrong(vec![complaint]),
        other => Refused::Failed(super::edit::failure(other, "/users/new")),
    }
}
