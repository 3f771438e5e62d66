//! People of an account: creating, finding, listing, and the bulk twins the importer uses.

mod active;
mod administrators;
mod bulk;
mod create;
mod described;
mod differences;
mod export;
mod filter;
mod keep;
mod keys;
mod list;
mod lookup;
pub mod merge;
mod record;
mod row;
mod save;
mod selection;
mod sight;
mod standing;
#[cfg(test)]
mod tests;
mod typed;

pub use active::{
    ActiveUser, end_sessions_of_staged, for_each_active, for_each_active_of_staged_groups,
};
pub use administrators::{Administrator, administrators};
pub use bulk::{
    UserUpdate, apply_updates, count, count_in, count_untouched, delete_untouched, insert,
    lock_staged, owners, stage_ids, staged, touched,
};
pub(crate) use bulk::{touch, touch_staged};
pub use create::{CreateUser, NewUser, create};
pub use described::write_described;
pub use export::{ExportColumns, ExportUsers, for_each_selected, for_each_user};
pub use filter::{CustomTest, InvitationState, SignedIn, Thing, UserFilter};
pub use keep::{KeepFields, keep, keepable, kept_of_staged};
pub(crate) use keys::match_by;
pub use keys::{KeyKind, StagedKey, for_each_key, match_staged};
pub(crate) use list::Scan;
pub(crate) use list::probes;
pub use list::{
    ListUsers, MOST_FOUND, PageAt, Sort, UserPage, is_visible, last_sign_ins, list, search, see,
};
pub use lookup::{LookupError, lookup};
pub use record::{UserRecord, find, get, records_of_staged, rows_of_staged};
pub use row::{UserRow, name_keys};
pub(crate) use save::record as record_change;
pub use save::{SaveUser, add, save};
pub use selection::Selection;
pub use sight::{may_change, narrow, seen_of, sees};
pub(crate) use standing::status_when_back;
pub use standing::{deactivate, reactivate};
pub use typed::{BETWEEN, Complaint, Draft, Typed, read};
