//! How somebody signs in, as those see it who look after them. Not here: changing any of it.

use db::Tx;
use directory::{Action, Ctx, users};
use kernel::UserId;

use crate::{
    devices::DeviceRefusal,
    rules,
    two_factor::{self, State},
};

/// How somebody signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Administered {
    /// How many devices at once they have instead of the account's number.
    pub own_limit: Option<i64>,
    /// The account's number.
    pub limit: i64,
    /// Their second factor; none if they do not sign in.
    pub two_factor: Option<State>,
}

/// Looks at how a user of the account signs in.
pub fn look(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<Administered, DeviceRefusal> {
    ctx.require(Action::EditUsers)?;
    if !users::sees(tx, ctx, user)? {
        return Err(DeviceRefusal::NotFound);
    }
    Ok(Administered {
        own_limit: rules::own_limit(tx, ctx.account, user)?,
        limit: rules::of_account(tx, ctx.account)?.session_limit,
        two_factor: two_factor::of_user(tx, ctx.account, user)?,
    })
}
