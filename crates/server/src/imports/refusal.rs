//! The engine's refusals as pages, and as words within a page.

use import::Refusal;

use crate::{failure::Failure, format::sentence};

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound,
            Refusal::Forbidden(_) => Self::Forbidden,
            Refusal::Stale => Self::Stale {
                link: "/imports".to_owned(),
            },
            Refusal::WrongState(state) => Self::Conflict {
                title: "The import has moved on".to_owned(),
                message: format!(
                    "It is now in the state “{}”, where this cannot be done.",
                    state.label()
                ),
                link: "/imports".to_owned(),
            },
            Refusal::File { message, .. } => Self::Conflict {
                title: "That did not work".to_owned(),
                message: sentence(&message),
                link: "/imports".to_owned(),
            },
            Refusal::Db(error) => error.into(),
            Refusal::Io(error) => Self::internal(&error),
        }
    }
}

impl Failure {
    /// The same failure, leading to the import it is about.
    #[must_use]
    pub(crate) fn about(self, id: kernel::ImportId) -> Self {
        match self {
            Self::Conflict { title, message, .. } => Self::Conflict {
                title,
                message,
                link: format!("/imports/{id}"),
            },
            Self::Stale { .. } => Self::Stale {
                link: format!("/imports/{id}"),
            },
            other => other,
        }
    }
}
