//! A new card for one person.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::{
    accounts,
    cards::{self, CardSettings, NewCard},
    users,
};
use kernel::{CardRadix, CardType, UserId};
use serde::Deserialize;

use super::{
    change::{somebody, typed_number},
    end_typed, kinds, refused, typed_validity,
};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Params},
    failure::Failure,
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other},
};

/// Who the card is for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    user: String,
}

#[derive(Template)]
#[template(path = "cards/new.html")]
pub(crate) struct NewPage {
    shell: Shell,
    /// The person's name, if they are chosen already.
    person: Option<(UserId, String)>,
    kinds: Vec<Choice>,
    radix: &'static str,
    ends: String,
    zone: String,
}

/// `GET /cards/new`
pub(crate) async fn show_new(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Page<NewPage>, Failure> {
    app.db
        .read(move |tx| {
            let account = visitor.session.account;
            let settings = CardSettings::load(tx, account)?;
            let zone = accounts::get(tx, account)?.time_zone;
            let person = match query.user.parse::<UserId>() {
                Ok(user) => Some((user, users::get(tx, account, user)?.user.full_name())),
                Err(_) => None,
            };
            Ok(Page(NewPage {
                shell: Shell::load(tx, &visitor, Section::Cards)?,
                person,
                kinds: kinds(settings.card_type),
                radix: match settings.radix {
                    CardRadix::Decimal => "decimal",
                    CardRadix::Hex => "hexadecimal",
                },
                ends: end_typed(settings.validity(visitor.ctx.now()), &zone),
                zone,
            }))
        })
        .await
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    /// An id, or what somebody typed.
    user: String,
    #[serde(default)]
    number: String,
    kind: String,
    #[serde(default)]
    starts: String,
    #[serde(default)]
    ends: String,
    #[serde(default)]
    reserve: String,
}

/// `POST /cards/new`
pub(crate) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let card = app
        .db
        .write(move |tx| {
            let account = visitor.ctx.account;
            let zone = accounts::get(tx, account)?.time_zone;
            let link = Link::to("/cards/new");
            let (user, link) = if let Ok(user) = fields.user.parse::<UserId>() {
                (user, link.with("user", &fields.user).into_string())
            } else {
                let link = link.into_string();
                (somebody(tx, &visitor.ctx, &fields.user, &link)?, link)
            };
            let new = NewCard {
                user,
                number: typed_number(tx, account, &fields.number, &link)?,
                kind: CardType::parse(&fields.kind).map_err(|_| Failure::BadRequest)?,
                validity: typed_validity(&fields.starts, &fields.ends, &zone)
                    .map_err(|error| refused(error, &*link))?,
                is_issued: fields.reserve.is_empty(),
            };
            cards::add(tx, &visitor.ctx, &new).map_err(|error| refused(error, link))
        })
        .await?;
    Ok(see_other(&format!("/cards/{}", card.id)))
}
