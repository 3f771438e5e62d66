//! Why somebody is not deleted, or not taken back.

use crate::{Forbidden, lock::Locked};

/// What stands against deleting somebody (S2.42–44).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody deletes themselves.
    Yourself,
    /// They own the account: somebody else has to be made its owner, and their role changed.
    Owner,
    /// They administer the account: their role has to be changed first.
    Administrator(String),
    /// They take part in workflows, or are the only ones who approve a step.
    Workflows,
    /// Documents are assigned to them: it was not said what becomes of these.
    Documents(i64),
}

impl Refusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Yourself => "yourself",
            Self::Owner => "account_owner",
            Self::Administrator(_) => "administrator",
            Self::Workflows => "in_workflows",
            Self::Documents(_) => "open_documents",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Yourself => f.write_str("you cannot delete yourself"),
            Self::Owner => f.write_str(
                "the owner of the account cannot be deleted; make somebody else the owner and change this \
                 person's role first",
            ),
            Self::Administrator(role) => write!(
                f,
                "somebody with the role {role} cannot be deleted; change the role to user first"
            ),
            Self::Workflows => f.write_str(
                "the person takes part in workflows, or is the only one who approves a step; take them out first",
            ),
            Self::Documents(1) => f.write_str("a document is assigned to the person"),
            Self::Documents(number) => write!(f, "{number} documents are assigned to the person"),
        }
    }
}

/// Why somebody was not deleted, taken back or erased.
#[derive(Debug, thiserror::Error)]
pub enum LeaveError {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person; or, to be taken back, they are not among the deleted.
    #[error("there is no such person")]
    NobodyThere,
    /// Somebody changed the person meanwhile.
    #[error("somebody changed this person meanwhile")]
    Stale,
    /// An import is writing.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// Something is to be settled first.
    #[error("{0}")]
    Refused(Refusal),
    /// Erasing for good needs the person's name, typed.
    #[error("type the name of the person to erase them")]
    NotConfirmed,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl LeaveError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::NobodyThere => "user_not_found",
            Self::Stale => "user_changed",
            Self::Locked(locked) => locked.code(),
            Self::Refused(refusal) => refusal.code(),
            Self::NotConfirmed => "not_confirmed",
            Self::Db(_) => "internal",
        }
    }
}
