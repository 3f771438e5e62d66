//! Rows that were corrected in a spreadsheet and come back into the same import.

use axum::{
    extract::{Multipart, State},
    response::Response,
};
use kernel::ImportId;

use super::{
    edit::check_again,
    frame::Place,
    new::{Trouble, receive},
    work::ask,
};
use crate::{app::App, extract::Id, failure::Failure, guard::Visitor, link::Link, page::see_other};

/// `POST /imports/{id}/corrected`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    form: Multipart,
) -> Result<Response, Failure> {
    let refused = |message: String| Failure::Conflict {
        title: "The corrected rows were not taken".to_owned(),
        message,
        link: Place::Review.link(id),
    };
    let upload = match receive(&app, form).await {
        Ok(upload) => upload,
        Err(Trouble::Words(words)) => return Err(refused(words)),
        Err(Trouble::Failure(failure)) => return Err(failure),
    };
    let rev: i64 = upload
        .fields
        .get("rev")
        .and_then(|rev| rev.parse().ok())
        .ok_or(Failure::BadRequest)?;
    let Some((name, mut file)) = upload.file else {
        return Err(refused(
            "Choose the file with the corrected rows.".to_owned(),
        ));
    };
    let ctx = visitor.ctx.clone();
    let corrected = ask(&app, move |imports| {
        imports.correct(&ctx, id, Some(rev), &name, &mut file)
    })
    .await
    .map_err(|failure| failure.about(id))?;
    check_again(&app, &visitor, id).await?;
    let link = [
        ("changed", corrected.edit.number),
        ("found", corrected.found),
        ("unknown", corrected.unknown),
        ("repeated", corrected.repeated),
        ("columns", corrected.unknown_columns.len() as i64),
    ]
    .into_iter()
    .fold(Link::to(Place::Review.link(id)), |link, (name, number)| {
        link.with(name, &number.to_string())
    });
    Ok(see_other(&link.into_string()))
}
