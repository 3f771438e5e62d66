//! A person's own data: asking for it, and the page behind the link that brings it (S1.27, S2.26).
//!
//! Looking at a link opens nothing (mail scanners look): the file comes by the button on its page, or from the person's
//! own page once they are signed in.

use std::io;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use identity::sessions::Token;
use jiff::tz::TimeZone;
use kernel::{AccountId, DataRequestId, UserId};
use requests::own_data::{self, DataRefusal, DataRequest, DataState, Ready};

use crate::{
    app::App,
    badge::Badge,
    extract::Id,
    failure::Failure,
    format::{self, Moment, moment, sentence, zone},
    guard::Visitor,
    icon::Icon,
    imports::{attachment, streamed},
    page::{Page, see_other, with_status},
};

/// The newest request, as the pages of a person show it.
pub(crate) struct DataCard {
    pub(crate) badge: Option<Badge>,
    pub(crate) asked: Option<(String, Moment)>,
    pub(crate) until: Option<Moment>,
    pub(crate) opened: Option<Moment>,
    /// The request, if its file can be taken.
    pub(crate) ready: Option<DataRequestId>,
}

/// Reads what [`DataCard`] shows.
pub(crate) fn card(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    zone: &TimeZone,
) -> db::Result<DataCard> {
    let latest = own_data::latest(tx, account, user)?;
    Ok(DataCard::new(latest, zone))
}

impl DataCard {
    fn new(latest: Option<DataRequest>, zone: &TimeZone) -> Self {
        let Some(request) = latest else {
            return Self {
                badge: None,
                asked: None,
                until: None,
                opened: None,
                ready: None,
            };
        };
        let (tone, icon, text) = match request.state {
            DataState::Queued => ("info", Icon::Busy, "Being packed"),
            DataState::Ready => ("good", Icon::Done, "Ready"),
            DataState::Gone => ("still", Icon::Off, "Deleted"),
        };
        let is_ready = request.state == DataState::Ready;
        Self {
            badge: Some(Badge { tone, icon, text }),
            asked: Some((request.asked_by_name, moment(request.created_at, zone))),
            until: request
                .expires_at
                .filter(|_| is_ready)
                .map(|at| moment(at, zone)),
            opened: request.opened_at.map(|at| moment(at, zone)),
            ready: is_ready.then_some(request.id),
        }
    }
}

fn failure(refusal: DataRefusal, link: String) -> Failure {
    match refusal {
        DataRefusal::Forbidden(_) => Failure::Forbidden,
        DataRefusal::NotFound => Failure::NotFound,
        DataRefusal::Db(error) => error.into(),
        DataRefusal::TooSoon => Failure::Conflict {
            title: "Nothing was asked for".to_owned(),
            message: sentence(&DataRefusal::TooSoon.to_string()),
            link,
        },
    }
}

/// `POST /me/data`
pub(crate) async fn ask(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    app.db
        .write(move |tx| own_data::ask(tx, &visitor.ctx))
        .await
        .map_err(|refusal| failure(refusal, "/me".to_owned()))?;
    app.wake.wake();
    Ok(see_other("/me#data"))
}

/// `POST /users/{id}/data`: the person gets it, nobody else.
pub(crate) async fn request(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| own_data::request(tx, &visitor.ctx, id))
        .await
        .map_err(|refusal| failure(refusal, format!("/users/{id}/privacy")))?;
    app.wake.wake();
    Ok(see_other(&format!("/users/{id}/privacy")))
}

/// `GET /me/data/{id}`: one's own file.
pub(crate) async fn download_own(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<DataRequestId>,
) -> Result<Response, Failure> {
    let (ctx, user) = (visitor.ctx, visitor.session.user);
    let found = app
        .db
        .read(move |tx| own_data::of_person(tx, &ctx, user, id))
        .await?;
    hand_over(&app, found.ok_or(Failure::NotFound)?).await
}

#[derive(Template)]
#[template(path = "own_data/open.html")]
struct OpenPage {
    token: String,
    name: String,
    account: String,
    size: String,
    until: Moment,
}

#[derive(Template)]
#[template(path = "own_data/closed.html")]
struct ClosedPage;

/// `GET /data/{token}`
pub(crate) async fn show(
    State(app): State<App>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let Some((token, ready)) = look(&app, &text).await? else {
        return Ok(with_status(StatusCode::GONE, &ClosedPage));
    };
    let page = OpenPage {
        token: token.reveal(),
        name: format!("{} {}", ready.first_name, ready.last_name),
        size: format::bytes(ready.size_bytes.unsigned_abs()),
        until: moment(ready.expires_at, &zone(&ready.time_zone)),
        account: ready.account_name,
    };
    Ok(Page(page).into_response())
}

/// `POST /data/{token}`
pub(crate) async fn download(
    State(app): State<App>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    match look(&app, &text).await? {
        Some((_, ready)) => hand_over(&app, ready).await,
        None => Ok(with_status(StatusCode::GONE, &ClosedPage)),
    }
}

async fn look(app: &App, text: &str) -> Result<Option<(Token, Ready)>, Failure> {
    let Some(token) = Token::parse(text) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let (found, token) = app
        .db
        .read(move |tx| Ok::<_, db::Error>((own_data::look(tx, &token, now)?, token)))
        .await?;
    Ok(found.map(|ready| (token, ready)))
}

async fn hand_over(app: &App, ready: Ready) -> Result<Response, Failure> {
    let path = own_data::file(&app.settings.data, ready.id);
    let file = match tokio::fs::File::open(path).await {
        Ok(file) => file.into_std().await,
        // The folder of files was not brought along, or somebody cleared it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Failure::NotFound),
        Err(error) => return Err(Failure::internal(&error)),
    };
    let (clock, ids) = (app.clock.clone(), app.ids.clone());
    app.db
        .write(move |tx| own_data::opened(tx, &clock, &ids, &ready))
        .await?;
    Ok(attachment("my-data.zip", "application/zip", streamed(file)))
}
