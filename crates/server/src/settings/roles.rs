//! Administrator roles of the account's own: the list, making one of a template, changing, and deleting one.

mod delete;
mod form;
mod list;

use directory::roles::RoleRefusal;

use crate::{failure::Failure, format::sentence};

pub(crate) use delete::{show as show_delete, submit as delete};
pub(crate) use form::{add, change, show as show_role, show_new};
pub(crate) use list::{duplicate, list};

const LIST: &str = "/settings/roles";

/// A refusal that no form has a place for.
fn refused(refusal: RoleRefusal, link: &str) -> Failure {
    match refusal {
        RoleRefusal::Forbidden(_) => Failure::Forbidden,
        RoleRefusal::NotFound => Failure::NotFound,
        RoleRefusal::Db(error) => error.into(),
        refusal => Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&refusal.to_string()),
            link: link.to_owned(),
        },
    }
}
