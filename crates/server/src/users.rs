//! Pages about people: the list, and those of one person, one file for each part.

mod access;
mod activity;
mod bulk;
mod bulk_invite;
mod bulk_page;
mod cards;
mod columns;
mod delete;
mod deleted;
mod devices;
mod documents;
mod edit;
mod export;
mod form;
mod frame;
mod groups;
mod list;
pub(crate) mod merge;
mod new;
mod origin;
mod pickers;
mod privacy;
mod query;
mod show;
mod sign_in;
mod views;

pub(crate) use access::show as show_access;
pub(crate) use activity::{export as export_activity, show as show_activity};
pub(crate) use bulk::{choose as choose_bulk, make as make_bulk};
pub(crate) use bulk_invite::invite as invite_bulk;
pub(crate) use bulk_page::{
    drop_action, list as list_bulk, show as show_bulk, start as start_bulk, undo as undo_bulk,
};
pub(crate) use cards::show as show_cards;
pub(crate) use delete::{show as show_delete, submit as delete};
pub(crate) use deleted::{
    erase, list as list_deleted, restore, restore_many, show as show_deleted,
};
pub(crate) use devices::show as show_devices;
pub(crate) use documents::show as show_documents;
pub(crate) use edit::{deactivate, reactivate, save, show_edit};
pub(crate) use export::{export, written as write_export};
pub(crate) use frame::{Frame, Tab};
pub(crate) use groups::{join, leave, show as show_groups};
pub(crate) use list::{list, role_name, status_badge};
pub(crate) use new::{create, show_new};
pub(crate) use privacy::show as show_privacy;
pub(crate) use query::Query;
pub(crate) use show::{keep, show};
pub(crate) use sign_in::{end_device, reset_password, reset_two_factor, set_limit};
pub(crate) use views::{keep_view, remove_view};
