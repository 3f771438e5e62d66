//! PATCH (RFC 7644, 3.5.2): from a request to changes of single attributes, and a change applied.
//!
//! Operations are taken in any case (`Replace`), and without a path as an object whose keys may be
//! paths themselves. A filter that finds no entry makes one where it says what is in it
//! (`emails[type eq "work"].value`), as providers expect.

mod apply;
mod changes;
mod path;
#[cfg(test)]
mod tests;

pub use apply::apply;
pub use changes::{Change, Verb, changes};
