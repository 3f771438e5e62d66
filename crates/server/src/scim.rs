//! SCIM 2.0 under `/scim/v2`: identity providers bring people and groups, over the same use cases
//! as the pages.
//!
//! The protocol is the crate `scim`'s; here its attributes get their meaning (docs/SCIM.md,
//! docs/decisions/0032). A request is signed in as one of the API is, by a token with a scope.

mod act;
mod answer;
mod bulk;
mod discovery;
mod group;
mod groups;
mod handlers;
mod list;
mod own;
mod refused;
mod search;
mod user;
mod users;

pub(crate) use bulk::bulk;
pub(crate) use discovery::{
    show_config, show_resource_type, show_resource_types, show_schema, show_schemas,
};
pub(crate) use handlers::{list, search, show, show_me, write};
