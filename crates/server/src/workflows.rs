//! Workflows: the list, one with its steps and people, a step, and the part a person takes.

mod delete;
mod list;
mod members;
mod of_user;
mod show;
mod step;

pub(crate) use delete::{delete, show as show_delete};
pub(crate) use list::{create, list};
pub(crate) use members::{add_group, add_person, remove_group, remove_person};
pub(crate) use of_user::{join, leave, show as show_of_user};
pub(crate) use show::{add_step, rename, show};
pub(crate) use step::{
    change as change_step, move_it as move_step, name_group, name_person, remove as remove_step,
    show as show_step, unname_group, unname_person,
};

use directory::{
    users::LookupError,
    workflows::{StepKind, WorkflowError},
};

use crate::{badge::Badge, failure::Failure, format::sentence, icon::Icon};

/// The kind of a step as a label.
fn badge(kind: StepKind) -> Badge {
    let (tone, icon) = match kind {
        StepKind::Fill => ("still", Icon::Document),
        StepKind::Review => ("info", Icon::Search),
        StepKind::Approve => ("good", Icon::Done),
        StepKind::Submit => ("warn", Icon::Upload),
    };
    Badge {
        tone,
        icon,
        text: kind.label(),
    }
}

/// A refusal as a page; what a person can act on says where to.
fn refused(error: WorkflowError, link: &str) -> Failure {
    match error {
        WorkflowError::Forbidden(_) => Failure::Forbidden,
        WorkflowError::NotFound | WorkflowError::NobodyThere | WorkflowError::NoGroup => {
            Failure::NotFound
        }
        WorkflowError::Db(error) => error.into(),
        error @ (WorkflowError::Name(_)
        | WorkflowError::Exists(_)
        | WorkflowError::OneFill
        | WorkflowError::TooManySteps
        | WorkflowError::DocumentsWait(_)
        | WorkflowError::DocumentsOpen(_)
        | WorkflowError::Stale) => conflict(&error.to_string(), link),
    }
}

/// Somebody who was typed and is not known, or not alone.
fn unknown(error: LookupError, link: &str) -> Failure {
    match error {
        LookupError::Db(error) => error.into(),
        error @ (LookupError::Nobody(_) | LookupError::Several(_)) => {
            conflict(&error.to_string(), link)
        }
    }
}

fn conflict(words: &str, link: &str) -> Failure {
    Failure::Conflict {
        title: "Nothing was changed".to_owned(),
        message: sentence(words),
        link: link.to_owned(),
    }
}
