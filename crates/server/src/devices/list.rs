//! The devices of the account, and making one.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::devices::{self, CreateDevice, DeviceLine, DevicesAt, ListDevices, MOST_COUNTED};
use serde::Deserialize;

use crate::{
    app::App,
    extract::{Form, Params},
    failure::Failure,
    form::Field,
    format::{count, sentence},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other, with_status},
};

const PAGE_SIZE: usize = 50;

/// The query string.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    q: String,
    after: String,
    before: String,
    done: String,
}

impl Query {
    fn at(&self) -> DevicesAt {
        if !self.after.is_empty() {
            DevicesAt::After(self.after.clone())
        } else if self.before.is_empty() {
            DevicesAt::Start
        } else {
            DevicesAt::Before(self.before.clone())
        }
    }

    fn link(&self, place: &str, key: &str) -> String {
        let link = Link::to("/devices").with(place, key);
        link.with("q", &self.q).into_string()
    }
}

#[derive(Template)]
#[template(path = "devices/list.html")]
struct ListPage {
    shell: Shell,
    q: String,
    name: Field,
    lines: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
    is_removed: bool,
}

struct Line {
    link: String,
    name: String,
    owner: String,
    active: String,
    pending: String,
}

/// `GET /devices`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let page = page(&app, visitor, query, Field::default()).await?;
    Ok(Page(page).into_response())
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    name: String,
}

/// `POST /devices`
pub(crate) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let (ctx, name) = (visitor.ctx.clone(), fields.name.clone());
    let made = app
        .db
        .write(move |tx| devices::create(tx, &ctx, &name))
        .await;
    let error = match made {
        Ok(device) => return Ok(see_other(&format!("/devices/{}", device.id))),
        Err(CreateDevice::Forbidden(_)) => return Err(Failure::Forbidden),
        Err(CreateDevice::Db(error)) => return Err(error.into()),
        Err(refusal) => sentence(&refusal.to_string()),
    };
    let field = Field {
        value: fields.name,
        error: Some(error),
    };
    let page = page(&app, visitor, Query::default(), field).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn page(app: &App, visitor: Visitor, query: Query, name: Field) -> Result<ListPage, Failure> {
    let found = app
        .db
        .read(move |tx| {
            let page = devices::page(tx, &visitor.ctx, &query.q, &query.at(), PAGE_SIZE)?;
            let key = |line: &DeviceLine| line.device.name_key.clone();
            let (first, last) = (page.lines.first().map(key), page.lines.last().map(key));
            Ok::<_, ListDevices>(ListPage {
                shell: Shell::load(tx, &visitor, Section::Devices)?,
                previous: first
                    .filter(|_| page.has_previous)
                    .map(|key| query.link("before", &key)),
                next: last
                    .filter(|_| page.has_next)
                    .map(|key| query.link("after", &key)),
                lines: page.lines.into_iter().map(line).collect(),
                is_removed: query.done == "removed",
                q: query.q,
                name,
            })
        })
        .await;
    found.map_err(|refusal| match refusal {
        ListDevices::Forbidden(_) => Failure::Forbidden,
        ListDevices::Db(error) => error.into(),
    })
}

fn line(line: DeviceLine) -> Line {
    Line {
        link: format!("/devices/{}", line.device.id),
        name: line.device.name,
        owner: line.owner.unwrap_or_default(),
        active: up_to(line.active),
        pending: up_to(line.pending),
    }
}

/// A number that was counted no further than lists of devices do.
fn up_to(number: i64) -> String {
    if number > MOST_COUNTED {
        format!("More than {}", count(MOST_COUNTED))
    } else {
        count(number)
    }
}
