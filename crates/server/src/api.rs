//! The API: JSON for programs under `/api/v1`, over the same use cases as the pages.
//!
//! A request is signed in by a token in `Authorization: Bearer` and by nothing else; cookies mean
//! nothing here, and tokens nothing to pages. What cannot be done is answered with a problem of
//! RFC 9457 and a stable code. Not here: tokens themselves (`identity`) and their page (`settings`).

mod bearer;
mod intake;
mod problem;
mod push;
mod status;

pub(crate) use bearer::{Caller, Speaks, guarded, without_method};
pub(crate) use problem::Problem;
pub(crate) use push::push;
pub(crate) use status::{show_import, show_run};
