//! Which column of a file fills which field, how sure that is, and why.
//!
//! Pure: it reads headers and a sample of values, never rows or the database. The order of trust is
//! the operator's choice, a remembered mapping, our own labels and keys, known names in many
//! languages, the words of a header, spelling mistakes, and last what the values look like.

mod candidates;
mod column;
mod content;
mod error;
mod header;
mod headerless;
mod meaning;
mod names;
mod overrides;
mod plan;
mod remembered;
mod required;
#[cfg(test)]
mod scenarios;
mod split;
mod suggest;
#[cfg(test)]
mod templates;
mod values;
mod vocabulary;
mod whole_file;

pub use column::{ColumnSample, Confidence, MappedColumn};
pub use error::MappingError;
pub use overrides::Overrides;
pub use plan::Mapping;
pub use remembered::{RememberedMapping, header_signature};
pub use required::required;
pub use split::{Split, SplitAt};
pub use suggest::suggest;

pub(crate) use split::Side;
