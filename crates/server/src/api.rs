//! The API: JSON for programs under `/api/v1`, over the same use cases as the pages.
//!
//! A request is signed in by a token in `Authorization: Bearer` and by nothing else; cookies mean
//! nothing here, and tokens nothing to pages. What cannot be done is answered with a problem of
//! RFC 9457 and a stable code. `table` has every operation with its scope; an operation is a value
//! that requests are held to, that does the work, and from which the specification is written
//! (docs/decisions/0035). Not here: tokens themselves (`identity`) and their page (`settings`).

mod actions;
mod activity;
mod ask;
mod bearer;
mod card_runs;
mod cards;
mod chosen;
mod cursor;
mod data_requests;
mod deleted;
mod deletion;
mod devices;
mod document_bundle;
mod document_files;
mod documents;
mod drive;
mod early;
mod exports;
mod fields;
mod grants;
mod groups;
mod import_columns;
mod import_edits;
mod import_ends;
mod import_report;
mod import_rows;
mod import_settings;
mod imports;
mod intake;
mod invitations;
mod invites;
mod kept;
mod leaders;
mod members;
mod merge;
mod modules;
mod notifications;
mod openapi;
mod operation;
mod outbox;
mod photo_batches;
mod photos;
mod problem;
mod rates;
mod reference;
mod replay;
mod reports;
mod roles;
mod series;
mod series_keep;
mod settings;
mod shape;
mod sign_in;
mod steps;
mod table;
mod templates;
mod texts;
mod transfer;
mod uploads;
mod user_key;
mod users;
mod views;
mod waves;
mod webhooks;
mod workflows;

pub(crate) use bearer::{Caller, Speaks, guarded, without_method};
pub(crate) use openapi::serve as serve_specification;
pub(crate) use problem::Problem;
pub(crate) use rates::Rates;
pub(crate) use reference::show as show_reference;
pub(crate) use table::{entries, mount};
