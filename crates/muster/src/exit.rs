//! Exit codes, and errors as people and programs see them (docs/CLI.md).

use std::process::ExitCode;

use backup::BackupError;
use directory::{
    access::{AccessRefusal, TermsFault},
    bulk::BulkError,
    cards::CardRefusal,
    devices::GuestLimitsFault,
    documents::{BundleError, DocumentError},
    fields::{ChangeField, CreateField},
    groups::{CreateGroup, ManageGroup},
    leaving::LeaveError,
    lock::Locked,
    photos::PhotoRefusal,
    roles::RoleRefusal,
    users::{SaveUser, merge::MergeRefusal},
};
use identity::{reset, tokens::TokenRefusal, two_factor};
use import::Refusal;
use invite::InviteError;
use requests::{early::EarlyRefusal, own_data::DataRefusal};
use serde_json::json;
use webhooks::subscriptions::WebhookRefusal;

use crate::{commands::WasDeleted, output};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Something failed; nothing is half-written.
    Failed,
    /// Done, and some rows were not imported.
    RowsLeft,
    /// Refused; nothing was written.
    Refused,
    /// What was typed cannot be.
    Usage,
    /// Not now: a mail server keeps the mail and tries again (`EX_TEMPFAIL`).
    TryAgain,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Failed => Self::from(1),
            Exit::RowsLeft => Self::from(3),
            Exit::Refused => Self::from(4),
            Exit::Usage => Self::from(2),
            Exit::TryAgain => Self::from(75),
        }
    }
}

/// What was typed cannot be, for a reason that the definitions of the command line do not know.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// Prints why a command failed, as JSON too if it was asked for.
pub(crate) fn report(error: &anyhow::Error, json: bool) -> Exit {
    let (exit, code, message) = describe(error);
    output::note(&format!("muster: {message}"));
    if json {
        let state = if exit == Exit::Refused {
            "refused"
        } else {
            "failed"
        };
        output::json(&json!({ "state": state, "error": { "code": code, "message": message } }));
    }
    exit
}

/// Whether it is a refusal that has no code of its own.
fn is_refused(error: &anyhow::Error) -> bool {
    let early = error.downcast_ref::<EarlyRefusal>();
    let own_data = error.downcast_ref::<DataRefusal>();
    let second_factor = error.downcast_ref::<two_factor::ResetRefusal>();
    let password = error.downcast_ref::<reset::ResetRefusal>();
    let bundle = error.downcast_ref::<BundleError>();
    let photos = error.downcast_ref::<PhotoRefusal>();
    error.is::<GuestLimitsFault>()
        || photos.is_some_and(|refusal| !matches!(refusal, PhotoRefusal::Db(_)))
        || bundle.is_some_and(|it| matches!(it, BundleError::Nothing | BundleError::TooMuch))
        || error.is::<TermsFault>()
        || early.is_some_and(|refusal| !matches!(refusal, EarlyRefusal::Db(_)))
        || own_data.is_some_and(|refusal| !matches!(refusal, DataRefusal::Db(_)))
        || second_factor.is_some_and(|refusal| !matches!(refusal, two_factor::ResetRefusal::Db(_)))
        || password.is_some_and(|refusal| !matches!(refusal, reset::ResetRefusal::Db(_)))
}

fn describe(error: &anyhow::Error) -> (Exit, String, String) {
    let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
    if let Some(usage) = error.downcast_ref::<Usage>() {
        return (Exit::Usage, "usage".to_owned(), usage.to_string());
    }
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        let exit = if refusal.is_internal() {
            Exit::Failed
        } else {
            Exit::Refused
        };
        return (exit, refusal.code().to_owned(), chain.join(": "));
    }
    if let Some(code) = refusal_code(error) {
        return (Exit::Refused, code, chain.join(": "));
    }
    if error.is::<WasDeleted>() {
        return (Exit::Refused, WasDeleted::CODE.to_owned(), chain.join(": "));
    }
    if is_refused(error) {
        return (Exit::Refused, "refused".to_owned(), chain.join(": "));
    }
    let mut said: Vec<String> = Vec::new();
    for part in chain {
        // An error that shows its source in its own words says it once.
        if !said.last().is_some_and(|last| last.ends_with(&part)) {
            said.push(part);
        }
    }
    (Exit::Failed, "failed".to_owned(), said.join(": "))
}

/// The stable code of what a use case refused; nothing if it failed.
fn refusal_code(error: &anyhow::Error) -> Option<String> {
    macro_rules! code {
        ($($refusal:ident: $fails:pat,)+) => {
            None$(.or_else(|| match error.downcast_ref::<$refusal>()? {
                $fails => None,
                refusal => Some(refusal.code().to_owned()),
            }))+
        };
    }
    macro_rules! unless_internal {
        ($($refusal:ty,)+) => {
            None$(.or_else(|| {
                let refusal = error.downcast_ref::<$refusal>()?;
                (!refusal.is_internal()).then(|| refusal.code().to_owned())
            }))+
        };
    }
    if let Some(locked) = locked(error) {
        return Some(locked.code().to_owned());
    }
    if let Some(refused) = error.downcast_ref::<tabular::FileError>() {
        return Some(refused.code().to_owned());
    }
    let of_some: Option<String> = code! {
        CardRefusal: CardRefusal::Db(_) | CardRefusal::Output(_),
        MergeRefusal: MergeRefusal::Db(_),
        RoleRefusal: RoleRefusal::Db(_),
        LeaveError: LeaveError::Db(_),
        DocumentError: DocumentError::Db(_) | DocumentError::File(_),
        ChangeField: ChangeField::Db(_),
        CreateField: CreateField::Db(_),
        CreateGroup: CreateGroup::Db(_),
        ManageGroup: ManageGroup::Db(_),
        InviteError: InviteError::Db(_),
    };
    of_some.or(unless_internal! {
        TokenRefusal,
        WebhookRefusal,
        BackupError,
        AccessRefusal,
    })
}

/// The import that has to end first, if that is why.
fn locked(error: &anyhow::Error) -> Option<Locked> {
    let of_user = error
        .downcast_ref::<SaveUser>()
        .and_then(|error| match error {
            SaveUser::Locked(locked) => Some(*locked),
            _ => None,
        });
    let of_bulk = || match error.downcast_ref::<BulkError>()? {
        BulkError::Locked(locked) => Some(*locked),
        _ => None,
    };
    let of_photo = || match error.downcast_ref::<PhotoRefusal>()? {
        PhotoRefusal::Locked(locked) => Some(*locked),
        _ => None,
    };
    of_user.or_else(of_bulk).or_else(of_photo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_about_roles_has_its_code_and_a_failure_has_not() {
        let refused = describe(&RoleRefusal::Exists("Site lead".to_owned()).into());
        assert_eq!(
            (refused.0, refused.1.as_str()),
            (Exit::Refused, "role_exists")
        );
        let failed = describe(&RoleRefusal::Db(db::Error::Busy).into());
        assert_eq!((failed.0, failed.1.as_str()), (Exit::Failed, "failed"));
    }
}
