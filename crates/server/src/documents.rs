//! Documents for administrators: where they stand, uploading, reassigning, downloading.

mod bundle;
mod file;
mod one;
mod reassign;
mod receive;
mod status;
mod upload;

pub(crate) use bundle::download as download_all;
pub(crate) use file::{download, file_response};
pub(crate) use one::{FileRow, HistoryRow, file_rows, history_rows, show};
pub(crate) use reassign::reassign;
pub(crate) use receive::{Trouble, Upload, receive};
pub(crate) use status::{Line, list};
pub(crate) use upload::{show as show_new, submit as submit_new};

use directory::documents::{DocumentError, Documents, State};

use crate::{app::App, badge::Badge, failure::Failure, format::sentence, icon::Icon};

/// Works with documents and their files off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Documents) -> T + Send + 'static,
) -> Result<T, Failure> {
    let documents = app.documents.clone();
    tokio::task::spawn_blocking(move || work(&documents))
        .await
        .map_err(|error| Failure::internal(&error))
}

/// Where a document stands, as a label.
pub(crate) fn badge(state: State) -> Badge {
    let (tone, icon) = match state {
        State::Inbox => ("info", Icon::Import),
        State::Draft => ("warn", Icon::Document),
        State::Submitted => ("info", Icon::Upload),
        State::Reviewed => ("info", Icon::Check),
        State::Approved => ("good", Icon::Check),
        State::Completed => ("good", Icon::Done),
        State::Returned => ("bad", Icon::Undo),
    };
    Badge {
        tone,
        icon,
        text: words(state),
    }
}

/// Where a document stands, in a word.
pub(crate) const fn words(state: State) -> &'static str {
    match state {
        State::Inbox => "Inbox",
        State::Draft => "Draft",
        State::Submitted => "Submitted",
        State::Reviewed => "Reviewed",
        State::Approved => "Approved",
        State::Completed => "Completed",
        State::Returned => "Returned",
    }
}

/// A refusal as a page; what a person can act on says where to.
pub(crate) fn refused(error: DocumentError, link: &str) -> Failure {
    match error {
        DocumentError::Forbidden(_) => Failure::Forbidden,
        DocumentError::NotFound => Failure::NotFound,
        DocumentError::Db(error) => error.into(),
        DocumentError::File(error @ directory::documents::FileError::Io(_)) => {
            Failure::internal(&error)
        }
        error @ (DocumentError::Changed
        | DocumentError::NotPossible(..)
        | DocumentError::NotYours
        | DocumentError::OwnWork
        | DocumentError::NoteMissing
        | DocumentError::NoteLong
        | DocumentError::Title
        | DocumentError::NotAParticipant { .. }
        | DocumentError::NobodyThere
        | DocumentError::HowMany
        | DocumentError::Limit
        | DocumentError::Workflow(_)
        | DocumentError::File(_)) => Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&error.to_string()),
            link: link.to_owned(),
        },
    }
}
