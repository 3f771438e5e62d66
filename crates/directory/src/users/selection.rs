//! Whom something is to be done with: ticked people, or all that a filter lets through.

use db::{Tx, params, sql};
use kernel::UserId;

use super::{Scan, UserFilter, stage_ids};
use crate::Ctx;

/// People that somebody has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// These.
    People(Vec<UserId>),
    /// All that the filter lets through.
    Matching(UserFilter),
}

impl Selection {
    /// The next of them after an id, in the order of ids; only those the actor may see.
    pub(crate) fn next(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        after: Option<UserId>,
        limit: i64,
    ) -> db::Result<Vec<UserId>> {
        match self {
            Self::Matching(filter) => Scan::new(tx, ctx, filter)?.ids(tx, after, limit),
            Self::People(ids) => {
                let ids = ids.iter().copied();
                stage_ids(tx, ids.filter(|id| after.is_none_or(|after| *id > after)))?;
                let scope = UserFilter::default().conditions(ctx.account, ctx.now(), ctx.sees());
                let select = db::Select::new(
                    sql!("users/list_of_staged"),
                    params![ctx.account],
                    &["u.id"],
                    limit,
                );
                let select = scope
                    .iter()
                    .fold(select, |select, condition| condition.narrow(select));
                let mut found: Vec<UserId> = tx
                    .select::<(UserId,)>(&select)?
                    .into_iter()
                    .map(|row| row.0)
                    .collect();
                found.dedup();
                Ok(found)
            }
        }
    }
}
