//! The documents of a filter as one ZIP file.

use std::io::{Seek, SeekFrom};

use axum::{extract::State, response::Response};
use directory::documents::BundleError;

use super::{blocking, file::saved, refused, status::Query};
use crate::{
    app::App, extract::Params, failure::Failure, format::sentence, guard::Visitor,
    imports::streamed,
};

/// `GET /documents/download`
pub(crate) async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    let (asked, asker) = (query.clone(), visitor.ctx.clone());
    let filter = app.db.read(move |tx| asked.filter(tx, &asker, now)).await?;
    let link = query.link();
    let filter = filter.map_err(|words| Failure::Conflict {
        title: "Nothing to download".to_owned(),
        message: words,
        link: link.clone(),
    })?;
    let folder = app.settings.data.clone();
    let packed = blocking(&app, move |documents| {
        // Written to a file without a name first: a failure halfway is then still an error page.
        let mut spool = tempfile::tempfile_in(folder)?;
        documents.bundle(&visitor.ctx, &filter, &mut spool)?;
        spool.seek(SeekFrom::Start(0))?;
        Ok::<_, BundleError>(spool)
    })
    .await?;
    match packed {
        Ok(file) => Ok(saved("documents.zip", "application/zip", streamed(file))),
        Err(BundleError::Document(error)) => Err(refused(error, &link)),
        Err(BundleError::Io(error)) => Err(Failure::internal(&error)),
        Err(error @ (BundleError::Nothing | BundleError::TooMuch)) => Err(Failure::Conflict {
            title: "Nothing to download".to_owned(),
            message: sentence(&error.to_string()),
            link,
        }),
    }
}
