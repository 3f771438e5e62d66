//! Documents in workflows: a file that is assigned to somebody, worked on, and goes from step to
//! step until it is completed.
//!
//! The rows say where a document stands; every version of its file is kept in the data folder
//! ([`Files`]). A change names the version of the document it was made from, so that of two people
//! who act at once one is told. Not here: the workflows and who takes part, see
//! [`crate::workflows`]; the e-mail that tells of an assigned document, see `invite`.

mod act;
mod assign;
mod bundle;
mod file_name;
mod files;
mod list;
mod state;
mod sweep;
#[cfg(test)]
mod tests;
mod upload;

use std::path::PathBuf;

use db::Db;
use kernel::{DocumentId, FileId, StepId, Timestamp, UserId, WorkflowId};

pub use act::{act, can_see};
pub use assign::{Assigned, MAILED, Reassign, Seen, assigned_to, reassign};
pub use bundle::{BundleError, MOST_BUNDLED, MOST_BUNDLED_BYTES};
pub use files::{FileError, Files, Received};
pub use list::{
    FileLine, Filter, HistoryLine, Mine, MineCounts, OpenCounts, PAGE, counts, file, files, find,
    get, history, list, mine, mine_counts, open_of, see, waiting_for,
};
pub use state::{Act, State, after};
pub(crate) use sweep::sweep;
pub use upload::{NewDocument, limit_mb, set_limit_mb};

use crate::{
    Forbidden,
    workflows::{StepKind, WorkflowError},
};

/// The documents of this installation: the database, and the folder with their files.
#[derive(Clone, Debug)]
pub struct Documents {
    db: Db,
    files: Files,
}

impl Documents {
    /// Documents whose files are below `data`, the folder that all nodes share.
    pub fn new(db: Db, data: &std::path::Path) -> Self {
        Self {
            db,
            files: Files::new(Self::place(data)),
        }
    }

    /// The folder of the files.
    fn place(data: &std::path::Path) -> PathBuf {
        data.join("documents")
    }

    /// Where the files are.
    pub const fn files(&self) -> &Files {
        &self.files
    }
}

/// A document as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The workflow it goes through.
    pub workflow: WorkflowId,
    /// The workflow's name.
    pub workflow_name: String,
    /// The step it stands at.
    pub step: StepId,
    /// The kind of that step.
    pub step_kind: StepKind,
    /// The name of that step.
    pub step_name: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// Whose work it is.
    pub assignee: UserId,
    /// Their name; blank if they are gone.
    pub assignee_name: String,
    /// Their e-mail address.
    pub assignee_email: Option<String>,
    /// What was said when it was last returned or assigned.
    pub note: Option<String>,
    /// How many versions of the file there are; the newest has this number.
    pub files: i64,
    /// How often it was changed: what the next change has to name.
    pub version: i64,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The newest version of its file.
    pub file: FileId,
    /// What that file was called.
    pub file_name: String,
    /// What it is, by its first bytes.
    pub media_type: String,
    /// Its size.
    pub size_bytes: i64,
}

/// Why something was not done with a document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is none, or nothing the actor may know of.
    #[error("there is no such document")]
    NotFound,
    /// Somebody changed it first.
    #[error("somebody changed this document meanwhile")]
    Changed,
    /// Its state does not allow it.
    #[error("a document that is {} cannot be {}", .0.words(), .1.done())]
    NotPossible(State, Act),
    /// Somebody else has to do it.
    #[error("this step is for somebody else")]
    NotYours,
    /// Nobody reviews or approves their own work.
    #[error("somebody else has to look at your own work")]
    OwnWork,
    /// A return without a reason helps nobody.
    #[error("say in a note of at most 1,000 characters what is to be changed")]
    NoteMissing,
    /// The note is too long.
    #[error("a note has at most 1,000 characters")]
    NoteLong,
    /// The title is blank or too long.
    #[error("a title has 1 to 200 characters")]
    Title,
    /// The person cannot be given documents of the workflow.
    #[error("{person} does not fill in documents of {workflow:?}; let them take part first")]
    NotAParticipant {
        /// Who.
        person: String,
        /// Of which workflow.
        workflow: String,
    },
    /// The person is not in the account, or can no longer sign in.
    #[error("there is no such active person")]
    NobodyThere,
    /// Nothing was chosen, or too much.
    #[error("choose 1 to {MOST_REASSIGNED} documents")]
    HowMany,
    /// The bound of files cannot be this.
    #[error("a file may have 1 to 1,024 MB")]
    Limit,
    /// Something about the workflow.
    #[error(transparent)]
    Workflow(WorkflowError),
    /// The file could not be kept.
    #[error(transparent)]
    File(#[from] FileError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<WorkflowError> for DocumentError {
    fn from(error: WorkflowError) -> Self {
        match error {
            WorkflowError::Forbidden(forbidden) => Self::Forbidden(forbidden),
            WorkflowError::Db(error) => Self::Db(error),
            WorkflowError::NotFound
            | WorkflowError::NobodyThere
            | WorkflowError::NoGroup
            | WorkflowError::Name(_)
            | WorkflowError::Exists(_)
            | WorkflowError::OneFill
            | WorkflowError::TooManySteps
            | WorkflowError::DocumentsWait(_)
            | WorkflowError::DocumentsOpen(_)
            | WorkflowError::Stale => Self::Workflow(error),
        }
    }
}

impl DocumentError {
    /// The stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::NotFound => "document_not_found",
            Self::Changed => "document_changed",
            Self::NotPossible(..) => "state_not_possible",
            Self::NotYours => "step_not_yours",
            Self::OwnWork => "own_work",
            Self::NoteMissing => "note_missing",
            Self::NoteLong => "note_too_long",
            Self::Title => "title_invalid",
            Self::NotAParticipant { .. } => "not_a_participant",
            Self::NobodyThere => "user_not_found",
            Self::HowMany => "number_not_possible",
            Self::Limit => "limit_invalid",
            Self::Workflow(_) => "workflow_refused",
            Self::File(_) => "file_refused",
            Self::Db(_) => "internal",
        }
    }
}

/// Documents that are reassigned at once.
pub const MOST_REASSIGNED: usize = 1000;
/// Characters of a note.
const MOST_NOTE: usize = 1000;

/// A note without blanks around it, if it is not too long; line breaks may be in it.
fn note(text: &str) -> Result<Option<String>, DocumentError> {
    let text: String = text
        .trim()
        .replace("\r\n", "\n")
        .chars()
        .filter(|letter| *letter == '\n' || !letter.is_control())
        .collect();
    if text.chars().count() > MOST_NOTE {
        return Err(DocumentError::NoteLong);
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}
