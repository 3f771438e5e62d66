//! Pages about people: the list and a person's own page.

mod edit;
mod form;
mod list;
mod new;
mod show;
mod sign_in;

pub(crate) use edit::{deactivate, reactivate, save, show_edit};
pub(crate) use list::{list, role_name, status_badge};
pub(crate) use new::{create, show_new};
pub(crate) use show::{keep, show};
pub(crate) use sign_in::{end_device, reset_password, reset_two_factor, set_limit};
