//! What is done with cards: from the list with ticks, from a card's page, and by its holder.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::{
    accounts,
    cards::{self, CardRefusal, CardSettings, Issuing, Selection, Step},
    users::{self, LookupError},
};
use kernel::{AccountId, CardId, CardNumber};
use serde::Deserialize;

use super::{
    list::{Line, lines},
    refused,
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::{sentence, zone},
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

const LIST: &str = "/cards";

/// What to do with one card.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Act {
    #[serde(rename = "do")]
    step: String,
}

/// `POST /cards/{id}/change`: issue, pause, resume or revoke it.
pub(crate) async fn change_one(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<CardId>,
    Form(act): Form<Act>,
) -> Result<Response, Failure> {
    let link = format!("/cards/{id}");
    let step = Step::parse(&act.step).ok_or(Failure::BadRequest)?;
    take(&app, visitor, vec![id], step, &link).await?;
    Ok(see_other(&link))
}

async fn take(
    app: &App,
    visitor: Visitor,
    ids: Vec<CardId>,
    step: Step,
    link: &str,
) -> Result<(), Failure> {
    if step == Step::Activate {
        // Only its holder does that.
        return Err(Failure::BadRequest);
    }
    let done: Result<(), CardRefusal> = app
        .db
        .write(move |tx| {
            let settings = CardSettings::load(tx, visitor.ctx.account)?;
            let given = settings.validity(visitor.ctx.now());
            cards::change(tx, &visitor.ctx, &ids, step, given)
        })
        .await;
    done.map_err(|error| refused(error, link))
}

#[derive(Template)]
#[template(path = "cards/revoke.html")]
struct RevokePage {
    shell: Shell,
    lines: Vec<Line>,
}

/// `POST /cards/change`: the same with the ticked ones; revoking is asked about first.
pub(crate) async fn change_ticked(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let value = |name: &str| {
        fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let step = value("do")
        .and_then(Step::parse)
        .ok_or(Failure::BadRequest)?;
    let is_sure = value("sure").is_some();
    let ids: Vec<CardId> = fields
        .iter()
        .filter(|(name, _)| name == "card")
        .filter_map(|(_, id)| id.parse().ok())
        .collect();
    if ids.is_empty() {
        return Err(Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: "Tick at least one card first.".to_owned(),
            link: LIST.to_owned(),
        });
    }
    if step == Step::Revoke && !is_sure {
        return confirm(&app, visitor, ids).await;
    }
    if step == Step::Issue {
        return issue(&app, visitor, ids).await;
    }
    take(&app, visitor, ids, step, LIST).await?;
    Ok(see_other(LIST))
}

/// Issues to the holders of these cards; whoever must be left alone is counted.
async fn issue(app: &App, visitor: Visitor, ids: Vec<CardId>) -> Result<Response, Failure> {
    let begun: Result<_, CardRefusal> = app
        .db
        .write(move |tx| {
            let ctx = &visitor.ctx;
            let found = cards::find_many(tx, ctx, &ids)?;
            let issuing = Issuing {
                selection: Selection::People(found.iter().map(|line| line.card.user).collect()),
                validity: CardSettings::load(tx, ctx.account)?.validity(ctx.now()),
            };
            cards::begin(tx, ctx, &issuing)
        })
        .await;
    let id = begun.map_err(|error| refused(error, LIST))?;
    app.wake.wake();
    Ok(see_other(&format!("/cards/runs/{id}")))
}

async fn confirm(app: &App, visitor: Visitor, ids: Vec<CardId>) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| {
            let (account, now) = (visitor.session.account, visitor.ctx.now());
            let zone = zone(&accounts::get(tx, account)?.time_zone);
            let settings = CardSettings::load(tx, account)?;
            let found = cards::find_many(tx, &visitor.ctx, &ids)?;
            Ok::<_, Failure>(RevokePage {
                shell: Shell::load(tx, &visitor, Section::Cards)?,
                lines: lines(tx, account, &found, settings, &zone, now)?,
            })
        })
        .await?;
    Ok(Page(page).into_response())
}

/// The number of the card that comes in its place.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Replacement {
    #[serde(default)]
    number: String,
}

/// `POST /cards/{id}/replace`
pub(crate) async fn replace(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<CardId>,
    Form(form): Form<Replacement>,
) -> Result<Response, Failure> {
    let link = format!("/cards/{id}");
    let card = app
        .db
        .write(move |tx| {
            let number = typed_number(tx, visitor.ctx.account, &form.number, &link)?;
            cards::replace(tx, &visitor.ctx, id, number.as_ref())
                .map_err(|error| refused(error, link))
        })
        .await?;
    Ok(see_other(&format!("/cards/{}", card.id)))
}

/// A number as the account writes them; none if it is blank.
pub(super) fn typed_number(
    tx: &mut db::Tx<'_>,
    account: AccountId,
    text: &str,
    link: &str,
) -> Result<Option<CardNumber>, Failure> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let radix = CardSettings::load(tx, account)?.radix;
    CardNumber::parse(text, radix)
        .map(Some)
        .map_err(|fault| Failure::Conflict {
            title: "This is no card number".to_owned(),
            message: sentence(&fault.detail),
            link: link.to_owned(),
        })
}

/// Who gets the card.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Receiver {
    to: String,
}

/// `POST /cards/{id}/move`
pub(crate) async fn move_card(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<CardId>,
    Form(form): Form<Receiver>,
) -> Result<Response, Failure> {
    let link = format!("/cards/{id}");
    let back = link.clone();
    app.db
        .write(move |tx| {
            let to = somebody(tx, &visitor.ctx, &form.to, &link)?;
            cards::move_to(tx, &visitor.ctx, id, to).map_err(|error| refused(error, link))
        })
        .await?;
    Ok(see_other(&back))
}

/// The person somebody typed.
pub(super) fn somebody(
    tx: &mut db::Tx<'_>,
    ctx: &directory::Ctx,
    text: &str,
    link: &str,
) -> Result<kernel::UserId, Failure> {
    users::lookup(tx, ctx, text).map_err(|error| match error {
        LookupError::Db(error) => error.into(),
        error @ (LookupError::Nobody(_) | LookupError::Several(_)) => Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&error.to_string()),
            link: link.to_owned(),
        },
    })
}

/// `POST /me/cards/{id}/activate`: its holder has it in their phone.
pub(crate) async fn activate(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<CardId>,
) -> Result<Response, Failure> {
    let done: Result<(), CardRefusal> = app
        .db
        .write(move |tx| cards::activate(tx, &visitor.ctx, id))
        .await;
    done.map_err(|error| refused(error, "/me"))?;
    Ok(see_other("/me"))
}
