//! The first part of a person's pages: profile, what they belong to, invitations, fields kept against imports.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use directory::{
    Action, accounts, fields,
    groups::GroupKind,
    modules,
    users::{self, KeepFields, UserRecord, UserRow},
    workflows,
};
use jiff::tz::TimeZone;
use kernel::{UserId, UserStatus};

use super::{
    frame::{Frame, Tab},
    origin::{Origin, Trace, origin},
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format,
    guard::Visitor,
    invitations::{self, Line},
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "users/show.html")]
pub(crate) struct UserPage {
    shell: Shell,
    frame: Frame,
    facts: Vec<(String, String)>,
    belongs: Vec<Belonging>,
    /// Fields that imports leave alone, or might: key, label, whether.
    keepable: Vec<(String, String, bool)>,
    may_keep: bool,
    invitations: Vec<Line>,
    /// How they can be invited now: channel, words.
    ways: Vec<(&'static str, String)>,
    trace: Option<Trace>,
    origin: Option<Origin>,
}

struct Belonging {
    label: &'static str,
    names: Vec<String>,
}

/// `GET /users/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Page<UserPage>, Failure> {
    let ctx = visitor.ctx.clone();
    let mut page = app.db.read(move |tx| page(tx, &visitor, id)).await?;
    page.origin = origin(&app, ctx, page.trace).await?;
    Ok(Page(page))
}

/// `POST /users/{id}/keep`: which fields imports leave alone.
pub(crate) async fn keep(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let keys: Vec<String> = fields
        .into_iter()
        .filter(|field| field.0 == "field")
        .map(|field| field.1)
        .collect();
    app.db
        .write(move |tx| users::keep(tx, &visitor.ctx, id, &keys))
        .await
        .map_err(|error| match error {
            KeepFields::Forbidden(_) => Failure::Forbidden,
            KeepFields::NobodyThere => Failure::NotFound,
            KeepFields::Unknown(_) => Failure::BadRequest,
            KeepFields::Db(error) => error.into(),
        })?;
    Ok(see_other(&format!("/users/{id}")))
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<UserPage, Failure> {
    let account = visitor.ctx.account;
    let (frame, record) = Frame::load(tx, visitor, id, Tab::Profile)?;
    let zone = format::zone(&accounts::get(tx, account)?.time_zone);
    Ok(UserPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        facts: facts(tx, &record.user)?,
        belongs: belongs(tx, visitor, &record)?,
        keepable: users::keepable(tx, account)?
            .into_iter()
            .map(|(key, label)| {
                let is_kept = record.kept.contains(&key);
                (key, label, is_kept)
            })
            .collect(),
        may_keep: visitor.ctx.may(Action::EditUsers),
        invitations: invitations(tx, visitor, id, &zone)?,
        ways: ways(visitor, &record.user),
        trace: Trace::of(&record.user),
        origin: None,
        frame,
    })
}

fn invitations(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: UserId,
    zone: &TimeZone,
) -> db::Result<Vec<Line>> {
    if visitor.ctx.may(Action::InviteUsers) {
        invitations::lines(tx, visitor.session.account, id, visitor.ctx.now(), zone)
    } else {
        Ok(Vec::new())
    }
}

/// How somebody who never signed in can be invited by this visitor.
fn ways(visitor: &Visitor, user: &UserRow) -> Vec<(&'static str, String)> {
    let is_new = user.status == UserStatus::Invited.as_str();
    if !is_new || !visitor.ctx.may(Action::InviteUsers) {
        return Vec::new();
    }
    let mail = user
        .email
        .as_ref()
        .map(|email| ("email", format!("Invite {email}")));
    let sms = user
        .phone
        .as_ref()
        .map(|phone| ("sms", format!("Invite {phone} by SMS")));
    mail.into_iter()
        .chain(sms)
        .chain([("link", "Make a link to hand over".to_owned())])
        .collect()
}

fn facts(tx: &mut Tx<'_>, user: &UserRow) -> Result<Vec<(String, String)>, Failure> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut facts: Vec<(String, String)> = [
        ("First name", user.first_name.clone()),
        ("Last name", user.last_name.clone()),
        ("E-mail", text(&user.email)),
        ("Phone", text(&user.phone)),
        ("User ID", text(&user.external_id)),
        ("Kind", capitalised(&user.person_kind)),
        ("Title", text(&user.title)),
        ("Department", text(&user.department)),
        ("Language", text(&user.language)),
        ("Notes", text(&user.notes)),
    ]
    .map(|(label, value)| (label.to_owned(), value))
    .into();
    let custom: BTreeMap<String, String> = user
        .custom
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    for field in fields::list(tx, user.account)? {
        facts.push((
            field.label,
            custom.get(&field.key).cloned().unwrap_or_default(),
        ));
    }
    Ok(facts)
}

fn belongs(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    record: &UserRecord,
) -> Result<Vec<Belonging>, Failure> {
    let groups = |kind| record.group_names(kind).map(str::to_owned).collect();
    let labels = modules::list(tx, visitor.session.account)?;
    let held = labels
        .into_iter()
        .filter(|module| record.modules.contains(&module.key));
    Ok(vec![
        Belonging {
            label: "Groups",
            names: groups(GroupKind::Group),
        },
        Belonging {
            label: "Teams",
            names: groups(GroupKind::Team),
        },
        Belonging {
            label: "Modules",
            names: held.map(|module| module.label).collect(),
        },
        Belonging {
            label: "Workflows",
            names: workflows::of_user(tx, visitor.session.account, record.user.id)?
                .into_iter()
                .map(|part| match part.via.first() {
                    Some(group) if !part.is_direct => format!("{} via {group}", part.name),
                    _ => part.name,
                })
                .collect(),
        },
    ])
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first
            .to_uppercase()
            .chain(chars.as_str().replace('_', " ").chars())
            .collect()
    })
}
