//! People who are erased for good: those who were deleted 30 days ago, by a job of every day, and those of whom an
//! owner says so at once.
//!
//! Brings together what knows of people: `import` gives up the files that name them, `directory` what the database
//! holds, in one transaction for some people at once, and then the files of their documents and archives are removed.
//! Each step can be done again, so that a job goes on wherever another one ended (docs/decisions/0027). Not here: who
//! may delete and erase, and what of a row about something else is replaced, see [`directory::leaving`].

mod job;
#[cfg(test)]
mod tests;

pub use job::{enqueue, register, schedule};
