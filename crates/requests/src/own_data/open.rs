//! From a link, or the person's own page, to the file.

use db::{Tx, from_row, params, sql};
use directory::{Actor, Ctx, activity};
use identity::sessions::Token;
use kernel::{AccountId, Clock, DataRequestId, Ids, Role, Timestamp, UserId};

/// A file that can be taken.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The request.
    pub id: DataRequestId,
    /// Whose data it is.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// The account that keeps it.
    pub account_name: String,
    /// Its time zone.
    pub time_zone: String,
    /// Until when it is there.
    pub expires_at: Timestamp,
    /// How large it is.
    pub size_bytes: i64,
    account: AccountId,
    user: UserId,
    role: String,
}

from_row!(Ready {
    id,
    first_name,
    last_name,
    account_name,
    time_zone,
    expires_at,
    size_bytes,
    account: account_id,
    user: user_id,
    role
});

/// Looks at a link; changes nothing. None if it does not work (any more).
pub fn look(tx: &mut Tx<'_>, token: &Token, now: Timestamp) -> db::Result<Option<Ready>> {
    tx.fetch_optional(sql!("own_data/of_token"), params![token.hash(), now])
}

/// A file of one's own.
pub fn of_person(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    id: DataRequestId,
) -> db::Result<Option<Ready>> {
    tx.fetch_optional(
        sql!("own_data/of_person"),
        params![ctx.account, user, id, ctx.now()],
    )
}

/// Records that the file was taken.
pub fn opened(tx: &mut Tx<'_>, clock: &Clock, ids: &Ids, ready: &Ready) -> db::Result<()> {
    let ctx = Ctx {
        account: ready.account,
        actor: Actor::new(
            Some(ready.user),
            format!("{} {}", ready.first_name, ready.last_name).trim(),
            Role::parse(&ready.role).unwrap_or(Role::User),
        ),
        clock: clock.clone(),
        ids: ids.clone(),
    };
    tx.execute(
        sql!("own_data/opened"),
        params![ready.account, ready.id, ctx.now()],
    )?;
    activity::record(tx, &ctx, "user.data_open", Some(ready.user.uuid()), "")
}
