//! Changing a person by hand, and what is asked when somebody else did so meanwhile.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::users::{self, Complaint, KeepFields, SaveUser, Typed, UserRecord};
use kernel::UserId;

use super::form::{self, Control, Form, Posted};
use crate::{
    app::App,
    extract::{Form as Body, Id},
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

#[derive(Template)]
#[template(path = "users/edit.html")]
struct EditPage {
    shell: Shell,
    id: UserId,
    name: String,
    version: i64,
    /// The values the form was made from, by their keys.
    was: Vec<(String, String)>,
    form: Form,
    /// Whether imports bring this person, and might overwrite what is changed.
    is_fed: bool,
}

/// A field that both changed, or only the other.
struct Clash {
    key: String,
    label: String,
    was: String,
    theirs: String,
    mine: String,
    /// What is sent if mine is chosen.
    mine_value: String,
    /// Whether there is something to choose.
    is_contested: bool,
}

#[derive(Template)]
#[template(path = "users/conflict.html")]
struct ConflictPage {
    shell: Shell,
    id: UserId,
    name: String,
    version: i64,
    /// What is stored now.
    was: Vec<(String, String)>,
    /// What will be stored, contested fields apart.
    merged: Vec<(String, String)>,
    clashes: Vec<Clash>,
    keep: bool,
}

/// `GET /users/{id}/edit`
pub(crate) async fn show_edit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| {
            let record = users::get(tx, visitor.session.account, id)?;
            let typed = Typed::of(&record);
            page(tx, &visitor, &record, &typed, &[])
        })
        .await?;
    Ok(Page(page).into_response())
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    record: &UserRecord,
    typed: &Typed,
    complaints: &[Complaint],
) -> Result<EditPage, Failure> {
    let account = form::Account::load(tx, &visitor.ctx)?;
    Ok(EditPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        id: record.user.id,
        name: record.user.full_name(),
        version: record.user.version,
        was: Typed::of(record).0.into_iter().collect(),
        form: Form::new(&account, typed, complaints),
        is_fed: record.user.import.is_some(),
    })
}

/// What came of saving.
enum Saved {
    Done,
    Stale(Box<UserRecord>),
    Wrong(Box<UserRecord>, Vec<Complaint>),
}

/// `POST /users/{id}/edit`
pub(crate) async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Body(fields): Body<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let posted = Posted(fields);
    let version: i64 = posted
        .get("version")
        .parse()
        .map_err(|_| Failure::BadRequest)?;
    let was = posted.typed("was.");
    let mut typed = posted.typed("");
    for (key, mine) in posted.typed("mine.").0 {
        if posted.get(&format!("pick.{key}")) == "mine" {
            typed.set(key, mine);
        }
    }
    // A value that was cleared on my side has no hidden field of its own.
    for (name, choice) in &posted.0 {
        if let Some(key) = name
            .strip_prefix("pick.")
            .filter(|_| choice == "mine-blank")
        {
            typed.0.remove(key);
        }
    }
    let keep = !posted.get("keep").is_empty();
    let (asker, wanted, before) = (visitor.clone(), typed.clone(), was.clone());
    let saved = app
        .db
        .write(move |tx| write(tx, &asker, (id, version), &wanted, keep.then_some(&before)))
        .await
        .map_err(|error| failure(error, &format!("/users/{id}")))?;
    match saved {
        Saved::Done => Ok(see_other(&format!("/users/{id}"))),
        Saved::Wrong(record, complaints) => {
            let page = app
                .db
                .read(move |tx| page(tx, &visitor, &record, &typed, &complaints))
                .await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Saved::Stale(record) => {
            let page = app
                .db
                .read(move |tx| conflict(tx, &visitor, &record, &was, &typed, keep))
                .await?;
            Ok(with_status(StatusCode::CONFLICT, &page))
        }
    }
}

fn write(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    (id, version): (UserId, i64),
    typed: &Typed,
    keep_against: Option<&Typed>,
) -> Result<Saved, SaveUser> {
    let ctx = &visitor.ctx;
    let record = users::find(tx, ctx.account, id)?.ok_or(SaveUser::NobodyThere)?;
    if record.user.version != version {
        return Ok(Saved::Stale(Box::new(record)));
    }
    let draft = match users::read(tx, ctx, typed, Some(&record))? {
        Ok(draft) => draft,
        Err(complaints) => return Ok(Saved::Wrong(Box::new(record), complaints)),
    };
    match users::save(tx, ctx, id, version, &draft) {
        Ok(()) => {}
        // Somebody was faster since it was read: what they made of it is shown.
        Err(SaveUser::Stale) => {
            let present = users::get(tx, ctx.account, id)?;
            return Ok(Saved::Stale(Box::new(present)));
        }
        Err(other) => return Err(other),
    }
    if let Some(before) = keep_against {
        keep_changed(tx, visitor, id, &record, before)?;
    }
    Ok(Saved::Done)
}

/// Marks what was changed as not to be changed by imports, beside what is marked already.
fn keep_changed(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: UserId,
    record: &UserRecord,
    before: &Typed,
) -> Result<(), SaveUser> {
    let ctx = &visitor.ctx;
    let after = Typed::of(&users::get(tx, ctx.account, id)?);
    let mut kept = record.kept.clone();
    for (key, _) in users::keepable(tx, ctx.account)? {
        if before.get(&key) != after.get(&key) && !kept.contains(&key) {
            kept.push(key);
        }
    }
    users::keep(tx, ctx, id, &kept).map_err(|error| match error {
        KeepFields::Forbidden(forbidden) => forbidden.into(),
        KeepFields::Db(error) => error.into(),
        KeepFields::NobodyThere | KeepFields::Unknown(_) => SaveUser::NobodyThere,
    })
}

fn conflict(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    record: &UserRecord,
    was: &Typed,
    mine: &Typed,
    keep: bool,
) -> Result<ConflictPage, Failure> {
    let account = form::Account::load(tx, &visitor.ctx)?;
    let theirs = Typed::of(record);
    let mut keys: Vec<&String> = was
        .0
        .keys()
        .chain(theirs.0.keys())
        .chain(mine.0.keys())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let (mut clashes, mut merged) = (Vec::new(), Vec::new());
    for key in keys {
        let (old, other, own) = (was.get(key), theirs.get(key), mine.get(key));
        let is_contested = other != old && own != old && other != own;
        let value = if other == old { own } else { other };
        if !value.is_empty() {
            merged.push((key.clone(), value.to_owned()));
        }
        if other != old || own != old {
            clashes.push(Clash {
                label: account.label(key),
                was: account.shown(key, old),
                theirs: account.shown(key, other),
                mine: account.shown(key, own),
                mine_value: own.to_owned(),
                is_contested,
                key: key.clone(),
            });
        }
    }
    Ok(ConflictPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        id: record.user.id,
        name: record.user.full_name(),
        version: record.user.version,
        was: theirs.0.into_iter().collect(),
        merged,
        clashes,
        keep,
    })
}

/// `POST /users/{id}/deactivate`
pub(crate) async fn deactivate(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| users::deactivate(tx, &visitor.ctx, id))
        .await
        .map_err(|error| failure(error, &format!("/users/{id}")))?;
    Ok(see_other(&format!("/users/{id}")))
}

/// `POST /users/{id}/reactivate`
pub(crate) async fn reactivate(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| users::reactivate(tx, &visitor.ctx, id))
        .await
        .map_err(|error| failure(error, &format!("/users/{id}")))?;
    Ok(see_other(&format!("/users/{id}")))
}

/// A refusal as a page.
pub(super) fn failure(error: SaveUser, link: &str) -> Failure {
    match error {
        SaveUser::Forbidden(_) => Failure::Forbidden,
        SaveUser::Locked(locked) => locked.into(),
        SaveUser::NobodyThere => Failure::NotFound,
        SaveUser::Db(error) => error.into(),
        refusal @ (SaveUser::AboveYou(_)
        | SaveUser::Stale
        | SaveUser::LastOwner
        | SaveUser::Yourself
        | SaveUser::Unfit(_)
        | SaveUser::Field(_)) => Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&refusal.to_string()),
            link: link.to_owned(),
        },
    }
}
