//! What somebody who was deleted would get back.

use db::{Tx, from_row, params, sql};
use kernel::UserId;

use super::LeaveError;
use crate::{Action, Ctx};

/// What somebody had, as far as it is still there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Had {
    /// Groups and teams.
    pub groups: i64,
    /// Workflows.
    pub workflows: i64,
    /// Devices.
    pub grants: i64,
    /// Seats of modules.
    pub seats: i64,
    /// Cards.
    pub cards: i64,
}

from_row!(Had {
    groups,
    workflows,
    grants,
    seats,
    cards
});

/// What a deleted person had.
pub fn had(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<Had, LeaveError> {
    ctx.require_for_all(Action::DeleteUsers)?;
    let had: Option<Had> = tx.fetch_optional(sql!("leaving/had"), params![ctx.account, id])?;
    had.ok_or(LeaveError::NobodyThere)
}
