//! Queueing the series whose time has come.

use db::Tx;
use directory::{Actor, Ctx};
use jobs::{Context, NewJob};
use kernel::{AccountId, JobId, SeriesId};
use serde::{Deserialize, Serialize};

use super::{Series, store};
use crate::{Refusal, imports::Imports};

/// Job that looks for a file of a series and decides about it.
pub(super) const RUN: &str = "series.run";

/// What the job has to know.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) account: AccountId,
    pub(super) series: SeriesId,
    /// Somebody asked: the last file again is welcome, and so is a paused series.
    pub(super) asked: bool,
}

impl Imports {
    /// Queues a look for every series whose time has come; says how many.
    ///
    /// Every process that runs jobs may call it: the time of the next look is moved on by one of
    /// them, and only that one queues the job, in the same transaction.
    pub fn queue_due_series(&self, context: &Context) -> Result<usize, Refusal> {
        let now = context.clock.now();
        let due = self.db.read_blocking(|tx| store::due(tx, now))?;
        let mut queued = 0;
        for (account, id, at) in due {
            let ctx = Ctx {
                account,
                actor: Actor::command_line(),
                clock: context.clock.clone(),
                ids: context.ids.clone(),
            };
            let Some(series) = self.db.read_blocking(|tx| store::find(tx, account, id))? else {
                continue;
            };
            let next = self.next_look(&series, now)?;
            let is_ours = self.db.write_blocking(|tx| {
                let is_ours = store::advance(tx, (account, id, at), next)?;
                if is_ours {
                    enqueue(tx, &ctx, &series, false)?;
                }
                Ok::<_, Refusal>(is_ours)
            })?;
            queued += usize::from(is_ours);
        }
        Ok(queued)
    }
}

/// Queues a look. Runs of one series come one after the other.
pub(super) fn enqueue(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    series: &Series,
    asked: bool,
) -> Result<JobId, Refusal> {
    let payload = Payload {
        account: series.account,
        series: series.id,
        asked,
    };
    let job = NewJob::new(RUN, &payload)
        .map_err(|error| Refusal::Io(std::io::Error::other(error)))?
        .account(series.account)
        .group(format!("series:{}", series.id));
    jobs::enqueue(tx, &ctx.ids, ctx.now(), &job).map_err(Refusal::Db)
}
