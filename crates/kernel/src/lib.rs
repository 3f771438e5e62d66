//! Typed values that parse themselves, ids, time and problem codes. No I/O.
//!
//! Everything a cell of a spreadsheet, a form or a request can hold becomes a type here, by one
//! `parse` each, so that the rest of the product never meets an unchecked string. Not here: where
//! a value comes from, what it is compared with, and how it is stored.

mod ascii;
mod code;
mod damage;
mod email;
mod id;
mod name;
mod phone;
mod problem;
mod text;
mod time;

pub use code::{Code, Scope, Severity, UnknownCode};
pub use damage::{Damage, Invisible, invisible, is_formula_like, without_formula_guard};
pub use email::Email;
pub use id::{
    AccountId, ActivityId, CardId, CustomFieldId, DeviceId, GrantId, GroupId, IdError, IdRange,
    IdentityId, Ids, ImportId, JobId, MappingId, ModuleId, NotificationId, SessionId, TypedId,
    UserId, WorkflowId,
};
pub use name::{ExternalId, GroupName, PersonName};
pub use phone::{Phone, Region};
pub use problem::{Fault, Problem};
pub use text::{Text, fold};
pub use time::{Clock, Day, TimeError, Timestamp};
