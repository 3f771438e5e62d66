//! What use cases refuse, as SCIM says it with our stable codes.

use directory::{
    groups::{CreateGroup, ManageGroup},
    leaving::{LeaveError, Refusal},
    provisioning::{KeepNames, NameGroup},
    users::{Complaint, ListUsers, SaveUser},
};
use scim::{ErrorKind, Failure};

use crate::{failure, format::sentence};

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) enum Refused {
    /// What was asked for cannot be done.
    Failure(Failure),
    /// The installation failed.
    Internal(failure::Failure),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Self {
        match failure::Failure::from(error) {
            failure::Failure::NotFound => not_found(),
            other => Self::Internal(other),
        }
    }
}

/// Nothing there, or it belongs to another account.
pub(super) fn not_found() -> Refused {
    let detail = "There is nothing at this address, or it belongs to another account.";
    Failure::plain(404, "not_found", detail).into()
}

fn plain(status: u16, code: &str, detail: &str) -> Refused {
    Failure::plain(status, code, sentence(detail)).into()
}

fn of_kind(kind: ErrorKind, code: &str, detail: &str) -> Refused {
    Failure::of(kind, sentence(detail)).code(code).into()
}

fn forbidden() -> Refused {
    let detail = "The role of the token's maker does not allow this.";
    Failure::plain(403, "not_permitted", detail).into()
}

fn stale() -> Refused {
    let detail = "It was changed meanwhile. Read it again.";
    Failure::plain(412, "version_changed", detail).into()
}

/// What is wrong with the fields of a person.
pub(super) fn complaints(all: &[Complaint]) -> Refused {
    let told: Vec<String> = all
        .iter()
        .map(|one| format!("{}: {}", one.field, one.text))
        .collect();
    let told = told.join("; ");
    match all.iter().find(|one| one.is_taken) {
        Some(taken) => {
            let code = format!("{}_taken", taken.field);
            of_kind(ErrorKind::Uniqueness, &code, &told)
        }
        None => of_kind(ErrorKind::InvalidValue, "invalid_value", &told),
    }
}

impl From<SaveUser> for Refused {
    fn from(error: SaveUser) -> Self {
        let (code, text) = (error.code(), error.to_string());
        match error {
            SaveUser::Forbidden(_) => forbidden(),
            SaveUser::NobodyThere => not_found(),
            SaveUser::Stale => stale(),
            SaveUser::AboveYou(_) | SaveUser::LastOwner | SaveUser::Yourself => {
                plain(403, code, &text)
            }
            SaveUser::Locked(_) | SaveUser::Unfit(_) => plain(409, code, &text),
            SaveUser::Field(complaint) => complaints(&[complaint]),
            SaveUser::Db(error) => error.into(),
        }
    }
}

impl From<ListUsers> for Refused {
    fn from(error: ListUsers) -> Self {
        match error {
            ListUsers::Forbidden(_) => forbidden(),
            ListUsers::Db(error) => error.into(),
        }
    }
}

impl From<KeepNames> for Refused {
    fn from(error: KeepNames) -> Self {
        let text = error.to_string();
        match error {
            KeepNames::Forbidden(_) => forbidden(),
            KeepNames::NobodyThere => not_found(),
            KeepNames::Invalid(_) => of_kind(ErrorKind::InvalidValue, "name_invalid", &text),
            KeepNames::Taken => of_kind(ErrorKind::Uniqueness, "user_name_taken", &text),
            KeepNames::TooMuch => plain(413, "too_large", &text),
            KeepNames::Stale => stale(),
            KeepNames::Db(error) => error.into(),
        }
    }
}

impl From<LeaveError> for Refused {
    fn from(error: LeaveError) -> Self {
        let (text, code) = (error.to_string(), error.code());
        match error {
            LeaveError::Forbidden(_) => forbidden(),
            LeaveError::NobodyThere => not_found(),
            LeaveError::Stale => stale(),
            LeaveError::Locked(_) | LeaveError::NotConfirmed => plain(409, code, &text),
            LeaveError::Refused(Refusal::Yourself | Refusal::Owner | Refusal::Administrator(_)) => {
                plain(403, code, &text)
            }
            LeaveError::Refused(Refusal::Workflows | Refusal::Documents(_)) => {
                let text =
                    format!("{text}; deactivate the person instead, or settle it on the pages");
                plain(409, code, &text)
            }
            LeaveError::Db(error) => error.into(),
        }
    }
}

impl From<CreateGroup> for Refused {
    fn from(error: CreateGroup) -> Self {
        let (code, text) = (error.code(), error.to_string());
        match error {
            CreateGroup::Forbidden(_) => forbidden(),
            CreateGroup::Name(_) => of_kind(ErrorKind::InvalidValue, "name_invalid", &text),
            CreateGroup::Exists(..) => of_kind(ErrorKind::Uniqueness, code, &text),
            CreateGroup::Db(error) => error.into(),
        }
    }
}

impl From<ManageGroup> for Refused {
    fn from(error: ManageGroup) -> Self {
        let (code, text) = (error.code(), error.to_string());
        match error {
            ManageGroup::Forbidden(_) => forbidden(),
            ManageGroup::NotFound => not_found(),
            ManageGroup::Name(_) => of_kind(ErrorKind::InvalidValue, "name_invalid", &text),
            ManageGroup::Exists(..) => of_kind(ErrorKind::Uniqueness, code, &text),
            ManageGroup::Members(_) | ManageGroup::Stale => stale(),
            ManageGroup::NobodyThere | ManageGroup::NotATeam | ManageGroup::NotAManager => {
                of_kind(ErrorKind::InvalidValue, code, &text)
            }
            ManageGroup::Db(error) => error.into(),
        }
    }
}

impl From<NameGroup> for Refused {
    fn from(error: NameGroup) -> Self {
        let text = error.to_string();
        match error {
            NameGroup::Forbidden(_) => forbidden(),
            NameGroup::NotFound => not_found(),
            NameGroup::ExternalId => of_kind(ErrorKind::InvalidValue, "name_invalid", &text),
            NameGroup::Db(error) => error.into(),
        }
    }
}
