//! `/users/{id}/merge`: making one person of two, with both side by side and a choice per field.

use askama::Template;
use axum::{
    extract::{Query as Params, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::users::{
    self, UserFilter, UserRecord,
    merge::{self, Choices, Merge, MergeRefusal, Moving, Side},
};
use kernel::UserId;
use serde::Deserialize;

use super::form::Account;
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::{counted, sentence},
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

/// What the address of the page says.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Query {
    /// What was searched for.
    #[serde(default)]
    q: String,
    /// Who goes.
    #[serde(default)]
    with: Option<UserId>,
}

/// Somebody who was found.
struct Hit {
    id: UserId,
    name: String,
    facts: String,
}

#[derive(Template)]
#[template(path = "users/merge_search.html")]
struct SearchPage {
    shell: Shell,
    id: UserId,
    name: String,
    q: String,
    hits: Vec<Hit>,
}

/// A field of both.
struct Line {
    key: String,
    label: String,
    kept: String,
    other: String,
    takes_other: bool,
    differs: bool,
}

/// Something of which one stays.
struct One {
    name: &'static str,
    label: &'static str,
    help: &'static str,
    kept: String,
    other: String,
    chosen: Option<Side>,
}

impl One {
    fn is(&self, side: &str) -> bool {
        self.chosen.is_some_and(|chosen| chosen.as_str() == side)
    }
}

#[derive(Template)]
#[template(path = "users/merge.html")]
struct MergePage {
    shell: Shell,
    id: UserId,
    name: String,
    facts: String,
    other: UserId,
    other_name: String,
    other_facts: String,
    versions: (i64, i64),
    lines: Vec<Line>,
    ones: Vec<One>,
    moving: Vec<String>,
    confirm: String,
    error: Option<String>,
}

/// `GET /users/{id}/merge`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    app.db
        .read(move |tx| match query.with {
            Some(other) => {
                let page = page(tx, &visitor, (id, other), &Posted::default(), None)?;
                Ok(Page(page).into_response())
            }
            None => Ok(Page(search(tx, &visitor, id, query.q)?).into_response()),
        })
        .await
}

fn search(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: UserId,
    q: String,
) -> Result<SearchPage, Failure> {
    let record = users::get(tx, visitor.session.account, id)?;
    let name = record.user.full_name();
    // Whoever is in twice most likely has the same name.
    let text = if q.trim().is_empty() { &name } else { &q };
    let found = users::search(tx, &visitor.ctx, text, &UserFilter::default())?;
    let hits = found
        .into_iter()
        .filter(|record| record.user.id != id && record.user.status != "deleted")
        .take(20)
        .map(|record| Hit {
            id: record.user.id,
            name: record.user.full_name(),
            facts: facts(&record),
        });
    Ok(SearchPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        id,
        hits: hits.collect(),
        name,
        q,
    })
}

/// What tells two people of one name apart.
fn facts(record: &UserRecord) -> String {
    let user = &record.user;
    let parts: Vec<&str> = [
        user.email.as_deref(),
        user.phone.as_deref(),
        user.external_id.as_deref(),
        user.department.as_deref(),
    ]
    .into_iter()
    .flatten()
    .collect();
    parts.join(" · ")
}

/// The form as it was sent.
#[derive(Clone, Debug, Default)]
struct Posted(Vec<(String, String)>);

impl Posted {
    fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|field| field.0 == name);
        found.map_or("", |field| field.1.trim())
    }

    fn side(&self, name: &str) -> Option<Side> {
        Side::parse(self.get(name))
    }

    fn choices(&self) -> Choices {
        let mut choices = Choices {
            sign_in: self.side("sign_in"),
            card: self.side("card").unwrap_or_default(),
            photo: self.side("photo").unwrap_or_default(),
            ..Choices::default()
        };
        for (name, value) in &self.0 {
            let Some(key) = name.strip_prefix("field.") else {
                continue;
            };
            match Side::parse(value) {
                Some(Side::Kept) => drop(choices.as_kept.insert(key.to_owned())),
                Some(Side::Other) => drop(choices.from_other.insert(key.to_owned())),
                None => {}
            }
        }
        choices
    }
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    (kept, other): (UserId, UserId),
    posted: &Posted,
    error: Option<String>,
) -> Result<MergePage, Failure> {
    let back = format!("/users/{kept}");
    let merge = merge::look(tx, &visitor.ctx, kept, other)
        .map_err(|refusal| failure(refusal, back.clone()))?;
    let account = Account::load(tx, &visitor.ctx)?;
    let lines = merge.fields.iter().map(|field| {
        let name = format!("field.{}", field.key);
        Line {
            label: field.label.clone(),
            kept: account.shown(&field.key, &field.kept),
            other: account.shown(&field.key, &field.other),
            takes_other: posted.side(&name).unwrap_or(field.proposed) == Side::Other,
            differs: field.kept != field.other,
            key: field.key.clone(),
        }
    });
    Ok(MergePage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        id: kept,
        name: merge.kept.user.full_name(),
        facts: facts(&merge.kept),
        other,
        other_name: merge.other.user.full_name(),
        other_facts: facts(&merge.other),
        versions: (merge.kept.user.version, merge.other.user.version),
        lines: lines.collect(),
        ones: ones(&merge, posted),
        moving: moving(&merge.moving),
        confirm: posted.get("confirm").to_owned(),
        error,
    })
}

/// Things of which one of the two stays; only where both have one.
fn ones(merge: &Merge, posted: &Posted) -> Vec<One> {
    let mut ones = Vec::new();
    if merge.both_sign_in() {
        ones.push(One {
            name: "sign_in",
            label: "Sign-in",
            help: "Both sign in, and one person has one sign-in: the other one ends in this account, its devices are signed out, and its password opens nothing here any more.",
            kept: signs_in(&merge.kept),
            other: signs_in(&merge.other),
            chosen: posted.side("sign_in"),
        });
    }
    let live = |record: &UserRecord| {
        let live = |state: &str| !matches!(state, "expired" | "revoked");
        record.cards.iter().filter(|card| live(&card.state)).count() as i64
    };
    let (of_kept, of_other) = (live(&merge.kept), live(&merge.other));
    if of_kept > 0 && of_other > 0 {
        ones.push(One {
            name: "card",
            label: "Card",
            help: "A person has one live card: the other one is revoked.",
            kept: counted(of_kept, "live card", "live cards"),
            other: counted(of_other, "live card", "live cards"),
            chosen: Some(posted.side("card").unwrap_or_default()),
        });
    }
    if merge.moving.kept_has_photo && merge.moving.other_has_photo {
        ones.push(One {
            name: "photo",
            label: "Photo",
            help: "The other photo is removed.",
            kept: "Theirs".to_owned(),
            other: "The other’s".to_owned(),
            chosen: Some(posted.side("photo").unwrap_or_default()),
        });
    }
    ones
}

fn signs_in(record: &UserRecord) -> String {
    let with = record
        .user
        .email
        .as_deref()
        .or(record.user.phone.as_deref());
    with.map_or_else(|| "Signs in".to_owned(), |with| format!("Signs in, {with}"))
}

/// "2 groups", "1 document"
fn moving(moving: &Moving) -> Vec<String> {
    [
        (moving.groups, "group or team", "groups and teams"),
        (moving.seats, "seat of a module", "seats of modules"),
        (moving.workflows, "workflow", "workflows"),
        (
            moving.grants,
            "device they have access to",
            "devices they have access to",
        ),
        (
            moving.cards,
            "card with its history",
            "cards with their history",
        ),
        (moving.documents, "document", "documents"),
        (moving.invitations, "invitation", "invitations"),
        (moving.notifications, "notification", "notifications"),
    ]
    .into_iter()
    .filter(|(number, _, _)| *number > 0)
    .map(|(number, one, many)| counted(number, one, many))
    .collect()
}

/// `POST /users/{id}/merge`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let posted = Posted(fields);
    let other: UserId = posted
        .get("with")
        .parse()
        .map_err(|_| Failure::BadRequest)?;
    let version = |name: &str| posted.get(name).parse().map_err(|_| Failure::BadRequest);
    let versions: (i64, i64) = (version("kept_version")?, version("other_version")?);
    let (ctx, choices, typed) = (
        visitor.ctx.clone(),
        posted.choices(),
        posted.get("confirm").to_owned(),
    );
    let done = app
        .db
        .write(move |tx| {
            let gone = users::find(tx, ctx.account, other)?.ok_or(MergeRefusal::NobodyThere)?;
            if !is_name(&typed, &gone.user.full_name()) {
                return Ok(false);
            }
            merge::merge(tx, &ctx, (id, other), versions, &choices).map(|()| true)
        })
        .await;
    let back = format!("/users/{id}");
    let words = match done {
        Ok(true) => return Ok(see_other(&back)),
        Ok(false) => "type the name of the person who goes, as it stands on this page".to_owned(),
        Err(refusal @ MergeRefusal::SignIn) => refusal.to_string(),
        Err(MergeRefusal::Stale) => {
            return Err(failure(
                MergeRefusal::Stale,
                format!("{back}/merge?with={other}"),
            ));
        }
        Err(refusal) => return Err(failure(refusal, back)),
    };
    let page = app
        .db
        .read(move |tx| page(tx, &visitor, (id, other), &posted, Some(sentence(&words))))
        .await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Whether a name was typed, whatever the case and the blanks.
fn is_name(typed: &str, name: &str) -> bool {
    let plain = |text: &str| {
        let words: Vec<_> = text.split_whitespace().collect();
        kernel::fold(&words.join(" ")).into_owned()
    };
    plain(typed) == plain(name)
}

fn failure(refusal: MergeRefusal, link: String) -> Failure {
    match refusal {
        MergeRefusal::Forbidden(_) => Failure::Forbidden,
        MergeRefusal::Locked(locked) => locked.into(),
        MergeRefusal::NobodyThere => Failure::NotFound,
        MergeRefusal::Db(error) => error.into(),
        refusal => Failure::Conflict {
            title: "Nothing was merged".to_owned(),
            message: sentence(&refusal.to_string()),
            link,
        },
    }
}
