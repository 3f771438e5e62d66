//! What the forms of the review page ask for, changes of rows apart.

use axum::{extract::State, response::Response};
use import::BadRows;
use kernel::ImportId;
use serde::Deserialize;

use super::{
    edit::{back_to, check_again, one, rows_of},
    frame::Place,
    work::ask,
};
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

/// `POST /imports/{id}/picks`: whether the selected rows alone are wanted, or every row.
pub(crate) async fn pick(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let rev = one(&fields, "rev")
        .parse()
        .map_err(|_| Failure::BadRequest)?;
    let back = back_to(&fields, id);
    let ctx = visitor.ctx.clone();
    ask(&app, move |imports| match one(&fields, "wanted") {
        "selection" => imports.pick_only(&ctx, id, Some(rev), &rows_of(&fields)),
        _ => imports.pick_all(&ctx, id, Some(rev)),
    })
    .await
    .map_err(|failure| failure.about(id))?;
    check_again(&app, &visitor, id).await?;
    Ok(see_other(&back))
}
