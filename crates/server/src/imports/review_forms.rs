//! What the forms of the review page ask for, changes of rows apart.

use axum::{extract::State, response::Response};
use import::{BadRows, Picks};
use kernel::ImportId;
use serde::Deserialize;

use super::{edit::check_again, frame::Place, work::ask};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    guard::Visitor,
    page::see_other,
};

/// Whether values of a field are brought into their standard form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StandardForm {
    rev: i64,
    code: String,
    field: String,
    wanted: bool,
}

/// `POST /imports/{id}/standard-form`
pub(crate) async fn set_standard_form(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(form): Form<StandardForm>,
) -> Result<Response, Failure> {
    let code = form.code.parse().ok().filter(|_| !form.wanted);
    if code.is_none() && !form.wanted {
        return Err(Failure::BadRequest);
    }
    let ctx = visitor.ctx.clone();
    ask(&app, move |imports| {
        imports.set_standard_form(&ctx, id, Some(form.rev), (code, &form.field), form.wanted)
    })
    .await
    .map_err(|failure| failure.about(id))?;
    check_again(&app, &visitor, id).await?;
    Ok(see_other(&Place::Review.link(id)))
}

/// The policy for bad rows, as chosen on the page.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Policy {
    rev: i64,
    bad_rows: String,
}

/// `POST /imports/{id}/review`: changes the policy and looks at the rows again.
pub(crate) async fn set_policy(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(policy): Form<Policy>,
) -> Result<Response, Failure> {
    let bad_rows = BadRows::parse(&policy.bad_rows).ok_or(Failure::BadRequest)?;
    let ctx = visitor.ctx.clone();
    let changed = ask(&app, move |imports| {
        let import = imports.find(&ctx, id)?;
        if import.settings.bad_rows == bad_rows {
            return Ok(false);
        }
        let settings = import::Settings {
            bad_rows,
            ..import.settings
        };
        imports
            .configure(&ctx, id, Some(policy.rev), settings)
            .map(|_| true)
    })
    .await
    .map_err(|failure| failure.about(id))?;
    if changed {
        check_again(&app, &visitor, id).await?;
        return Ok(see_other(&Place::Review.link(id)));
    }
    Ok(see_other(&Place::Plan.link(id)))
}

/// `POST /imports/{id}/picks`: which rows of the page shown are wanted.
pub(crate) async fn pick(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let rev = numbers(&fields, "rev").next().ok_or(Failure::BadRequest)?;
    let shown: Vec<i64> = numbers(&fields, "shown").collect();
    let ticked: Vec<i64> = numbers(&fields, "row").collect();
    let picks = match fields
        .iter()
        .find(|field| field.0 == "start")
        .map(|field| field.1.as_str())
    {
        Some("none") => Picks::Only,
        _ => Picks::AllExcept,
    };
    let ctx = visitor.ctx.clone();
    ask(&app, move |imports| {
        let import = imports.find(&ctx, id)?;
        let (wanted, unwanted): (Vec<i64>, Vec<i64>) =
            shown.iter().partition(|row| ticked.contains(row));
        let (picked, unpicked) = match picks {
            Picks::AllExcept => (unwanted, wanted),
            Picks::Only => (wanted, unwanted),
        };
        // Whoever starts over with all or none means the other rows too, and not these ticks.
        let starts_over = import.settings.picks != picks;
        let picked = if starts_over { Vec::new() } else { picked };
        let import = imports.pick(&ctx, id, Some(rev), picks, &picked, true)?;
        imports.pick(&ctx, id, Some(import.rev), picks, &unpicked, false)
    })
    .await
    .map_err(|failure| failure.about(id))?;
    check_again(&app, &visitor, id).await?;
    Ok(see_other(&Place::Review.link(id)))
}

fn numbers<'a>(fields: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = i64> + 'a {
    fields
        .iter()
        .filter(move |field| field.0 == name)
        .filter_map(|field| field.1.parse().ok())
}
