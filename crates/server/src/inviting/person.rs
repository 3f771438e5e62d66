//! A person typed by hand on the page of people, and what else is done there.

use admit::{AdmitError, CardField, Fields};
use axum::{body::Body, extract::State, response::Response};
use kernel::InviteDraftId;
use serde::Deserialize;

use super::{
    people::{PersonForm, Wrong, again},
    refused, sent_or,
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    form::Field,
    format,
    guard::Visitor,
    imports::attachment,
    page::see_other,
};

/// What the form for a person holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    name: String,
    phone: String,
    email: String,
    notes: String,
}

impl Typed {
    pub(super) fn fields(self) -> Fields {
        Fields {
            name: self.name,
            phone: self.phone,
            email: self.email,
            notes: self.notes,
        }
    }
}

impl PersonForm {
    /// What was typed, with what is wrong with it.
    pub(super) fn of(fields: &Fields, error: &AdmitError) -> Self {
        let mut form = Self {
            name: Field::new(&*fields.name),
            phone: Field::new(&*fields.phone),
            email: Field::new(&*fields.email),
            notes: Field::new(&*fields.notes),
        };
        let AdmitError::Card(faults) = error else {
            return form;
        };
        for fault in faults {
            let field = match fault.field {
                CardField::Name => &mut form.name,
                CardField::Phone => &mut form.phone,
                CardField::Email => &mut form.email,
                CardField::Notes => &mut form.notes,
            };
            field.error.get_or_insert_with(|| match &fault.suggestion {
                Some(meant) => format!("{} Perhaps {meant}?", fault.words),
                None => fault.words.clone(),
            });
        }
        form
    }
}

/// `POST /invite/{id}/people`: a new person, typed by hand.
pub(crate) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let (ctx, fields) = (visitor.ctx.clone(), typed.fields());
    let typed = fields.clone();
    let added = app
        .db
        .write(move |tx| admit::add(tx, &ctx, id, &fields))
        .await;
    match added {
        Ok(_) => Ok(see_other(&format!("/invite/{id}/people?add=person"))),
        Err(error @ AdmitError::Card(_)) => {
            let wrong = Wrong {
                pane: "person",
                words: None,
                person: PersonForm::of(&typed, &error),
            };
            again(&app, visitor, id, wrong).await
        }
        Err(error @ AdmitError::TooMany(_)) => {
            let wrong = Wrong {
                pane: "person",
                words: Some(format::sentence(&error.to_string())),
                person: PersonForm::of(&typed, &error),
            };
            again(&app, visitor, id, wrong).await
        }
        Err(error) => Err(sent_or(error, id)),
    }
}

/// `POST /invite/{id}/dismiss`: the warning was read.
pub(crate) async fn dismiss(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| admit::dismiss(tx, &visitor.ctx, id))
        .await
        .map_err(|error| sent_or(error, id))?;
    Ok(see_other(&format!("/invite/{id}/people")))
}

/// `GET /invite/{id}/skipped.csv`
pub(crate) async fn skipped(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
) -> Result<Response, Failure> {
    let written = app
        .db
        .read(move |tx| {
            let mut out = Vec::new();
            admit::write_skips(tx, &visitor.ctx, id, &mut out).map(|()| out)
        })
        .await
        .map_err(|error| refused(error, format!("/invite/{id}/people")))?;
    Ok(attachment(
        "skipped.csv",
        "text/csv; charset=utf-8",
        Body::from(written),
    ))
}
