//! What is shown when something cannot be done. Nothing of the inside is ever part of it.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{Forbidden, lock::Locked};
use kernel::UserId;

use crate::{page, request_id};

/// Why there is no ordinary page.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No such page, or nothing the visitor may know of.
    NotFound,
    /// The visitor's role does not allow it.
    Forbidden,
    /// The request makes no sense.
    BadRequest,
    /// The form or file is larger than allowed.
    TooLarge,
    /// Something has changed meanwhile.
    Conflict {
        /// The heading.
        title: String,
        /// What happened.
        message: String,
        /// Where to see the present state.
        link: String,
    },
    /// Somebody else has changed the import that the form was made from.
    Stale {
        /// Where to see the present state.
        link: String,
    },
    /// The person was deleted, and whoever asks may take them back.
    Deleted {
        /// Who.
        id: UserId,
        /// What they were called.
        name: String,
    },
    /// An import has to end before people and cards are changed.
    Locked(Locked),
    /// The database cannot be reached just now.
    Busy,
    /// Our fault; logged where it happened.
    Internal,
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    status: u16,
    title: &'a str,
    message: &'a str,
    link: &'a str,
    link_text: &'a str,
    /// What to name when asking the operator about it.
    request: Option<String>,
}

impl Failure {
    /// A failure of ours: logged with its causes, and shown without them.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut causes = first_line(error);
        let mut next = error.source();
        while let Some(cause) = next {
            causes.push_str(": ");
            causes.push_str(&first_line(cause));
            next = cause.source();
        }
        tracing::error!(error = causes, "a request failed");
        Self::Internal
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Deleted { .. } => StatusCode::GONE,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Conflict { .. } | Self::Stale { .. } | Self::Locked(_) => StatusCode::CONFLICT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn words(&self) -> (&str, &str) {
        match self {
            Self::NotFound => (
                "Page not found",
                "There is nothing at this address, or it belongs to another account.",
            ),
            Self::Forbidden => (
                "Not allowed",
                "Your role does not allow this. An owner of the account can change your role.",
            ),
            Self::Deleted { name, .. } => (
                name,
                "This person was deleted. They can still be restored, with what they had.",
            ),
            Self::BadRequest => (
                "That did not work",
                "The request was incomplete. Go back, reload the page and try again.",
            ),
            Self::TooLarge => (
                "Too large",
                "What you sent is larger than this server accepts.",
            ),
            Self::Conflict { title, message, .. } => (title, message),
            Self::Stale { .. } => (
                "Somebody changed this import",
                "It was changed while you were looking, so your change was not applied. Look at \
                 the present state and try again.",
            ),
            Self::Locked(_) => (
                "Locked while an import writes",
                "Nothing was changed. People and cards of this account are not changed by hand \
                 until the import ends; it can be followed, paused or stopped on its page.",
            ),
            Self::Busy => (
                "Just a moment",
                "The database is not reachable right now. Nothing was changed. Try again shortly.",
            ),
            Self::Internal => (
                "Something went wrong",
                "This is our fault, and it has been written to the server's log. Nothing was \
                 half-done: what you sent was either kept or not.",
            ),
        }
    }
}

/// What a database adds in further lines may hold the values of a row.
fn first_line(error: &(dyn std::error::Error + 'static)) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::NotFound => Self::NotFound,
            db::Error::Busy | db::Error::Unavailable(_) => {
                tracing::warn!(%error, "the database did not answer");
                Self::Busy
            }
            error => Self::internal(&error),
        }
    }
}

impl From<Forbidden> for Failure {
    fn from(_: Forbidden) -> Self {
        Self::Forbidden
    }
}

impl From<Locked> for Failure {
    fn from(locked: Locked) -> Self {
        Self::Locked(locked)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = self.status();
        let (title, message) = self.words();
        let (link, link_text) = match &self {
            Self::Conflict { link, .. } | Self::Stale { link } => {
                (link.clone(), "Show the present state".to_owned())
            }
            Self::Deleted { id, .. } => (
                format!("/users/deleted/{id}"),
                "Restore or erase".to_owned(),
            ),
            Self::Locked(locked) => (
                format!("/imports/{}", locked.import),
                format!("Show import {}", locked.number),
            ),
            _ => ("/".to_owned(), "Go to the start page".to_owned()),
        };
        let page = FailurePage {
            status: status.as_u16(),
            title,
            message,
            link: &link,
            link_text: &link_text,
            request: status.is_server_error().then(request_id::current).flatten(),
        };
        let mut response = page::with_status(status, &page);
        if matches!(self, Self::Stale { .. }) {
            response.extensions_mut().insert(IsStale);
        }
        response
    }
}

/// Marks the answer to a form that was made from an earlier revision of an import.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IsStale;
