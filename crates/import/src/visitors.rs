//! Who else is looking at an import just now, and at which of its pages.

use std::time::Duration;

use db::{FromRow, Row, params, sql};
use directory::{Action, Ctx};
use kernel::{ImportId, Timestamp, UserId};

use crate::{Refusal, imports::Imports};

/// How long somebody counts as being there after a page was shown to them.
const THERE: Duration = Duration::from_mins(1);
/// How often it is written down that somebody is still on the same page.
const AGAIN: Duration = Duration::from_secs(15);

/// Somebody who looks at an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Onlooker {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The page, by the name its caller has given it.
    pub step: String,
    seen_at: Timestamp,
}

impl FromRow for Onlooker {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            user: row.get(0)?,
            name: row.get(1)?,
            step: row.get(2)?,
            seen_at: row.get(3)?,
        })
    }
}

impl Imports {
    /// Notes that the actor looks at a page of an import; returns who else does, at most 20.
    pub fn look_in(&self, ctx: &Ctx, id: ImportId, step: &str) -> Result<Vec<Onlooker>, Refusal> {
        ctx.require(Action::ViewImports)?;
        let now = ctx.now();
        let since = now.checked_sub(THERE).unwrap_or(now);
        let mut there: Vec<Onlooker> = self
            .db
            .read_blocking(|tx| tx.fetch(sql!("visitors/list"), params![ctx.account, id, since]))?;
        let Some(user) = ctx.actor.user else {
            return Ok(there);
        };
        let is_noted = there
            .iter()
            .any(|one| one.user == user && one.step == step && now.since(one.seen_at) < AGAIN);
        if !is_noted {
            let name = &ctx.actor.name;
            self.db.write_blocking(|tx| {
                let values = params![ctx.account, id, user, *name, step, now];
                tx.execute(sql!("visitors/see"), values)
            })?;
        }
        there.retain(|one| one.user != user);
        Ok(there)
    }
}
