//! All workflows with what they hold, and making one.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::workflows::{self, Counted, CreateWorkflow};
use serde::Deserialize;

use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    form::Field,
    format::{count, counted, sentence},
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

/// More workflows than an account has.
const MOST: i64 = 1000;

#[derive(Template)]
#[template(path = "workflows/list.html")]
struct ListPage {
    shell: Shell,
    lines: Vec<Line>,
    /// Whoever looks after some workflows makes no new ones.
    may_create: bool,
    name: Field,
}

struct Line {
    link: String,
    name: String,
    steps: String,
    people: String,
    documents: String,
}

impl From<Counted> for Line {
    fn from(workflow: Counted) -> Self {
        let groups = match workflow.groups {
            0 => String::new(),
            groups => format!(" and {}", counted(groups, "group", "groups")),
        };
        Self {
            link: format!("/workflows/{}", workflow.id),
            steps: count(workflow.steps),
            people: format!("{}{groups}", counted(workflow.people, "person", "people")),
            documents: count(workflow.open_documents),
            name: workflow.name,
        }
    }
}

/// `GET /workflows`
pub(crate) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let page = page(&app, visitor, Field::default()).await?;
    Ok(Page(page).into_response())
}

async fn page(app: &App, visitor: Visitor, name: Field) -> Result<ListPage, Failure> {
    app.db
        .read(move |tx| {
            let found = workflows::list_counted(tx, &visitor.ctx, MOST)
                .map_err(|error| super::refused(error, "/workflows"))?;
            Ok(ListPage {
                shell: Shell::load(tx, &visitor, Section::Workflows)?,
                may_create: !visitor.ctx.actor.reaches_some(),
                lines: found.into_iter().map(Line::from).collect(),
                name,
            })
        })
        .await
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    name: String,
}

/// `POST /workflows`
pub(crate) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let (ctx, name) = (visitor.ctx.clone(), fields.name.clone());
    let made = app
        .db
        .write(move |tx| workflows::create(tx, &ctx, &name))
        .await;
    let error = match made {
        Ok(workflow) => return Ok(see_other(&format!("/workflows/{}", workflow.id))),
        Err(CreateWorkflow::Forbidden(_)) => return Err(Failure::Forbidden),
        Err(CreateWorkflow::Db(error)) => return Err(error.into()),
        Err(refusal) => sentence(&refusal.to_string()),
    };
    let name = Field {
        value: fields.name,
        error: Some(error),
    };
    let page = page(&app, visitor, name).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
