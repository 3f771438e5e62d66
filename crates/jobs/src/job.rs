//! A job before, while and after it is run.

use std::{error::Error as StdError, str::FromStr};

use db::{Error, Result, Tx, from_row, params, sql_pair, stored_as_text};
use kernel::{AccountId, JobId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};

/// Why a handler could not do its work; the job is tried again later.
pub type Failure = Box<dyn StdError + Send + Sync>;

/// A job to be queued.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub(crate) account_id: Option<AccountId>,
    pub(crate) kind: &'static str,
    pub(crate) group_key: Option<String>,
    pub(crate) payload: String,
    pub(crate) run_at: Option<Timestamp>,
}

impl NewJob {
    /// A job of a kind, with what its handler has to know.
    pub fn new(kind: &'static str, payload: &impl Serialize) -> serde_json::Result<Self> {
        let payload = serde_json::to_string(payload)?;
        Ok(Self {
            account_id: None,
            kind,
            group_key: None,
            payload,
            run_at: None,
        })
    }

    /// On behalf of an account.
    #[must_use]
    pub fn account(mut self, account: AccountId) -> Self {
        self.account_id = Some(account);
        self
    }

    /// After all earlier jobs with this key, and never beside one.
    #[must_use]
    pub fn group(mut self, key: impl Into<String>) -> Self {
        self.group_key = Some(key.into());
        self
    }

    /// Not before this moment.
    #[must_use]
    pub fn run_at(mut self, moment: Timestamp) -> Self {
        self.run_at = Some(moment);
        self
    }
}

/// A job that a worker has taken.
#[derive(Clone, Debug)]
pub struct Job {
    /// The job's id.
    pub id: JobId,
    /// The account on whose behalf it runs.
    pub account_id: Option<AccountId>,
    /// What decides which handler runs it.
    pub kind: String,
    /// Its group.
    pub group_key: Option<String>,
    /// What the handler has to know, as JSON.
    pub payload: String,
    /// How often it has been begun, this time included.
    pub attempts: i64,
    /// The worker that runs it.
    pub(crate) worker: String,
    /// When it was queued.
    pub created_at: Timestamp,
}

from_row!(Job {
    id,
    account_id,
    kind,
    group_key,
    payload,
    attempts,
    worker,
    created_at
});

impl Job {
    /// Reads what the handler has to know.
    pub fn payload<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.payload)
    }

    /// Fails unless the job is still this worker's, and keeps it so until the transaction ends.
    ///
    /// A handler calls it in every transaction in which it writes: a worker that was taken for
    /// dead then cannot write beside its successor.
    pub fn keep(&self, tx: &mut Tx<'_>) -> Result<()> {
        let (_,): (JobId,) = tx.fetch_one(
            sql_pair!("jobs/keep"),
            params![self.id, self.worker, self.attempts],
        )?;
        Ok(())
    }
}

/// How a run of a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobOutcome {
    /// The work is done.
    Done,
    /// Part of it is done; run again at once. What a handler says when it was asked to stop.
    Continue,
    /// It did not work, but may later.
    Retry(String),
    /// It did not work and never will.
    Fail(String),
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Waiting for its time, its group or a worker.
    Queued,
    /// Being run.
    Running,
    /// Finished.
    Done,
    /// Given up.
    Failed,
}

impl JobState {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Whether nothing will happen any more.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Queued | Self::Running => false,
            Self::Done | Self::Failed => true,
        }
    }
}

impl FromStr for JobState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::Queued, Self::Running, Self::Done, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(Error::NotFound)
    }
}

stored_as_text!(JobState);

/// What is known of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// What kind of work it is.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: i64,
    /// When it is or was due.
    pub run_at: Timestamp,
    /// What went wrong the last time.
    pub error: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it was last begun.
    pub started_at: Option<Timestamp>,
    /// When it was done or given up.
    pub finished_at: Option<Timestamp>,
}

from_row!(Status {
    kind,
    state,
    attempts,
    run_at,
    error,
    created_at,
    started_at,
    finished_at
});
