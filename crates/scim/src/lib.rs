//! The protocol of SCIM 2.0 (RFC 7643, RFC 7644): schemas, attribute paths, filters, PATCH, bulk
//! requests, lists, errors and the documents of discovery.
//!
//! Resources are JSON values whose attributes are spelled as their schema spells them, which
//! [`Shape::clean`] sees to. It takes requests as the big identity providers really send them: see
//! [`clean`](Shape::clean) and [`patch`]. Not here: HTTP, the database, and what an attribute means
//! for a person, which `server` decides.

mod attribute;
mod bulk;
mod clean;
mod discovery;
mod error;
mod filter;
mod group;
mod matching;
mod message;
pub mod patch;
mod project;
mod schema;
mod shape;
mod user;

pub use attribute::AttributePath;
pub use bulk::{BulkMethod, BulkOperation, BulkRequest, references, resolved};
pub use clean::number;
pub use discovery::{
    MOST_OPERATIONS, MOST_PAYLOAD_BYTES, MOST_RESULTS, resource_type, schema_document,
    service_provider_config,
};
pub use error::{ErrorKind, Failure};
pub use filter::{Comparison, Filter};
pub use group::group;
pub use matching::{SortKey, same_text};
pub use message::{Query, list_response};
pub use project::Projection;
pub use schema::{Attribute, Kind, Mutability, Returned, Schema};
pub use shape::{Place, Shape, Target};
pub use user::{ENTERPRISE, OWN, own_fields, user};
