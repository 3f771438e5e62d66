//! One person of the list: changed or removed; and many removed at once (S0.18).

use admit::{AdmitError, Fields};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use kernel::InviteDraftId;

use super::{
    frame::{Step, StepLine, steps},
    people::PersonForm,
    person::Typed,
    sent_or,
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

#[derive(Template)]
#[template(path = "invite/card.html")]
pub(crate) struct CardPage {
    shell: Shell,
    steps: Vec<StepLine>,
    id: InviteDraftId,
    number: i64,
    name: String,
    person: PersonForm,
}

/// The draft and the number in a path.
pub(super) fn place((id, number): &(String, String)) -> Result<(InviteDraftId, i64), Failure> {
    match (id.parse(), number.parse()) {
        (Ok(id), Ok(number)) => Ok((id, number)),
        _ => Err(Failure::NotFound),
    }
}

/// `GET /invite/{id}/cards/{number}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(path): Path<(String, String)>,
) -> Result<Page<CardPage>, Failure> {
    let (id, number) = place(&path)?;
    app.db
        .read(move |tx| {
            let card = admit::find_card(tx, &visitor.ctx, id, number)
                .map_err(|error| sent_or(error, id))?;
            let fields = Fields {
                name: card.name,
                phone: card.phone.unwrap_or_default(),
                email: card.email.unwrap_or_default(),
                notes: card.notes.unwrap_or_default(),
            };
            page(tx, &visitor, id, number, &fields, &AdmitError::NoSuchCard)
        })
        .await
        .map(Page)
}

/// `POST /invite/{id}/cards/{number}`
pub(crate) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path(path): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let (id, number) = place(&path)?;
    let fields = typed.fields();
    app.db
        .write(
            move |tx| match admit::change(tx, &visitor.ctx, id, number, &fields) {
                Ok(()) => Ok(see_other(&format!("/invite/{id}/people#card-{number}"))),
                Err(error @ AdmitError::Card(_)) => {
                    let page = page(tx, &visitor, id, number, &fields, &error)?;
                    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page).into_response())
                }
                Err(error) => Err(sent_or(error, id)),
            },
        )
        .await
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: InviteDraftId,
    number: i64,
    fields: &Fields,
    error: &AdmitError,
) -> Result<CardPage, Failure> {
    let draft = admit::find_open(tx, &visitor.ctx, id).map_err(|error| sent_or(error, id))?;
    let card =
        admit::find_card(tx, &visitor.ctx, id, number).map_err(|error| sent_or(error, id))?;
    Ok(CardPage {
        shell: Shell::load(tx, visitor, Section::Invite)?,
        steps: steps(&draft, Step::People),
        id,
        number,
        name: card.name,
        person: PersonForm::of(fields, error),
    })
}

/// `POST /invite/{id}/remove`: one person, the ticked ones, or all that are found.
pub(crate) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let of = |wanted: &str| {
        let values = fields.iter().filter(|(name, _)| name == wanted);
        values.map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    let numbers = |wanted: &str| -> Vec<i64> {
        of(wanted)
            .iter()
            .filter_map(|number| number.parse().ok())
            .collect()
    };
    // The button of one person leaves the ticks alone.
    let one = numbers("one");
    let (ticked, search) = (numbers("number"), of("q").join(""));
    let is_all = one.is_empty() && !of("all").is_empty();
    app.db
        .write(move |tx| {
            if is_all {
                admit::remove_found(tx, &visitor.ctx, id, &search)
            } else if one.is_empty() {
                admit::remove(tx, &visitor.ctx, id, &ticked)
            } else {
                admit::remove(tx, &visitor.ctx, id, &one)
            }
        })
        .await
        .map_err(|error| sent_or(error, id))?;
    Ok(see_other(&format!("/invite/{id}/people")))
}
