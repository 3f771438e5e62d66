//! Typed values that parse themselves, ids, time and problem codes. No I/O.
//!
//! Everything a cell of a spreadsheet, a form or a request can hold becomes a type here, by one
//! `parse` each, so that the rest of the product never meets an unchecked string. Not here: where
//! a value comes from, what it is compared with, and how it is stored.

mod ascii;
mod card;
mod choice;
mod code;
mod damage;
mod date;
mod email;
mod id;
mod language;
mod list;
mod name;
mod network;
mod phone;
mod problem;
mod schedule;
mod text;
mod time;
mod version;
mod zone;

pub use card::{CardNumber, CardRadix};
pub use choice::{AccessType, CardState, CardType, PersonKind, Role, UserStatus, parse_bool};
pub use code::{Code, Scope, Severity, UnknownCode};
pub use damage::{Damage, Invisible, invisible, is_formula_like, without_formula_guard};
pub use date::{DateFits, DateOrder, Moment, date_fits, parse_date};
pub use email::Email;
pub use id::{
    AccountId, ActivityId, AdminRoleId, ApiTokenId, BulkId, CardEventId, CardId, CardRunId,
    CustomFieldId, DataRequestId, DeviceId, DocumentId, EventId, ExportId, FileId, GrantId,
    GroupId, IdError, IdRange, IdentityId, Ids, ImportId, InvitationId, InviteDraftId, JobId,
    MappingId, MessageId, ModuleId, NotificationId, PhotoBatchId, SeriesId, SeriesRunId, SessionId,
    StepId, TypedId, UploadId, UserId, ViewId, WaveId, WebhookId, WorkflowId,
};
pub use language::Language;
pub use list::split_list;
pub use name::{ExternalId, GroupName, PersonName, full_name};
pub use network::{Network, NotANetwork};
pub use phone::{Phone, Region, UnknownRegion};
pub use problem::{Fault, Problem};
pub use schedule::{Period, Schedule};
pub use text::{Text, fold};
pub use time::{Clock, Day, TimeError, Timestamp};
pub use version::{InvalidVersion, Version};
pub use zone::{NotATime, SiteZone, UnknownZone};
