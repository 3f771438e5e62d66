//! The web shell: pages over the use cases, for a browser with or without scripts, and the API for
//! programs.
//!
//! A handler translates a request into a use case and its answer into a page; the rules live in
//! `directory`, `identity` and `import`. Every route stands in one table with who may use it
//! ([`routes`]), every form is POST, then 303, then GET, and every page is a typed struct with a
//! template. Not here: anything a person could also do on the command line by another rule.

mod accounts;
mod activity;
mod api;
mod app;
mod assets;
mod badge;
mod cards;
mod choice;
mod device;
mod devices;
mod documents;
mod early;
mod extract;
mod failure;
mod form;
mod format;
mod forwarded;
mod groups;
mod guard;
mod health;
mod help;
mod home;
mod hooks;
mod icon;
mod imports;
mod invitations;
mod inviting;
mod join;
mod link;
mod me;
mod measure;
mod media_type;
mod notifications;
mod outbox;
mod own_data;
mod page;
mod part;
mod photos;
mod protect;
mod qr;
mod reports;
mod request_id;
mod reset;
mod routes;
mod scim;
mod second_step;
mod serve;
mod set_up;
mod settings;
mod sign_in;
mod spool;
mod throttle;
mod tls;
mod users;
mod workflows;

pub use app::{App, Settings};
pub use measure::{metrics_router, register_metrics};
pub use reports::users_report;
pub use routes::{Access, Route, router, routes};
pub use serve::{redirect_router, serve};
pub use settings::{EverySetting, Setting, SettingRefusal};
pub use throttle::Peer;
pub use tls::{Certificates, TlsError};
