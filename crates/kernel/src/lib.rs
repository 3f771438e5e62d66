//! Typed values that parse themselves, ids, time and problem codes. No I/O.
//!
//! Everything a cell of a spreadsheet, a form or a request can hold becomes a type here, by one
//! `parse` each, so that the rest of the product never meets an unchecked string. Not here: where
//! a value comes from, what it is compared with, and how it is stored.

mod code;
mod id;
mod problem;
mod time;

pub use code::{Code, Scope, Severity, UnknownCode};
pub use id::{
    AccountId, ActivityId, CardId, CustomFieldId, DeviceId, GrantId, GroupId, IdError, IdRange,
    IdentityId, Ids, ImportId, JobId, MappingId, ModuleId, NotificationId, SessionId, TypedId,
    UserId, WorkflowId,
};
pub use problem::{Fault, Problem};
pub use time::{Clock, Day, TimeError, Timestamp};
