//! The durable job queue: enqueue in the caller's transaction, claim, retry, run.
//!
//! A job is a row. It is run at least once, so that its handler must be able to begin again where
//! it was; [`Job::keep`] makes sure that it is never run by two workers at once. Jobs of one group
//! run one after the other, in the order they were made. Not here: what any job does.

mod daily;
mod job;
mod measure;
mod queue;
mod runner;
mod wake;
mod worker;

pub use daily::{plan_daily, plan_tomorrow};
pub use job::{Failure, Job, JobOutcome, JobState, NewJob, Status};
pub use measure::register_metrics;
pub use queue::{enqueue, forget, jobs_ahead, run_again, status};
pub use runner::{Context, Runner};
pub use wake::Wake;
