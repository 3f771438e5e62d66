//! The documents of a filter as one ZIP file.

use std::io::{Seek as _, SeekFrom};

use axum::{extract::Request, response::Response};
use directory::documents::BundleError;

use super::{
    Problem,
    ask::Ask,
    documents::{STATE, filter},
    operation::{Answered, Operation, Work},
    shape::{Shape, may},
};
use crate::{
    documents::blocking,
    failure::Failure,
    format::sentence,
    imports::{attachment, streamed},
};

pub(super) const BUNDLE: Operation = Operation::new(
    "getDocumentsZip",
    "The newest files of documents as a ZIP file",
    Work::Raw(|ask, request| Box::pin(bundle(ask, request))),
)
.words("Of those that the filter of `listDocuments` lets through, at most 500 or 1 GB. Refused with 409 `nothing_to_pack` or `too_much_to_pack`.")
.query(&[
    may("workflow", Shape::Id, ""),
    may("state", STATE, ""),
    may("assignee", Shape::Id, "Whose work it is."),
    may("q", Shape::Text(1, 200), "What stands in the title."),
    may("unchanged_since", Shape::Moment, "Not changed since then."),
])
.answers(Answered::File("application/zip"), "")
.refuses(&[409]);

async fn bundle(ask: Ask, _: Request) -> Result<Response, Problem> {
    let (filter, folder) = (filter(&ask), ask.app.settings.data.clone());
    let ctx = ask.ctx.clone();
    let packed = blocking(&ask.app, move |documents| {
        // Written to a file without a name first: a failure halfway is then still a problem.
        let mut spool = tempfile::tempfile_in(folder)?;
        documents.bundle(&ctx, &filter, &mut spool)?;
        spool.seek(SeekFrom::Start(0))?;
        Ok::<_, BundleError>(spool)
    });
    let file = packed.await?.map_err(|error| {
        let words = sentence(&error.to_string());
        match error {
            BundleError::Document(error) => error.into(),
            BundleError::Io(error) => Failure::internal(&error).into(),
            BundleError::Nothing => Problem::conflict("nothing_to_pack", words),
            BundleError::TooMuch => Problem::conflict("too_much_to_pack", words),
        }
    })?;
    Ok(attachment(
        "documents.zip",
        "application/zip",
        streamed(file),
    ))
}
