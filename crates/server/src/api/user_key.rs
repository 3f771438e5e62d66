//! A user by what a program names: the id of an address, or what people know of them.

use db::Tx;
use directory::users::{self, LookupError, UserRecord};
use kernel::{UserId, UserStatus};

use super::{Problem, ask::Ask};
use crate::format::sentence;

/// Whom a key names, of those the token's maker sees.
pub(super) fn with_key(
    tx: &mut Tx<'_>,
    ask: &Ask,
    key: &str,
) -> Result<Option<UserRecord>, Problem> {
    let id = match key.parse::<UserId>() {
        Ok(id) => id,
        Err(_) => match users::lookup(tx, &ask.ctx, key) {
            Ok(id) => id,
            Err(LookupError::Nobody(_)) => return Ok(None),
            Err(error @ LookupError::Several(_)) => {
                return Err(Problem::conflict("several", sentence(&error.to_string())));
            }
            Err(LookupError::Db(error)) => return Err(error.into()),
        },
    };
    match users::see(tx, &ask.ctx, id).map_err(Problem::from) {
        Ok(record) if record.user.status == "deleted" => Ok(None),
        Ok(record) => Ok(Some(record)),
        Err(problem) if problem.is("not_found") => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// The user of the address: somebody the token's maker sees, who is not deleted.
pub(super) fn seen(tx: &mut Tx<'_>, ask: &Ask) -> Result<UserRecord, Problem> {
    let record = users::see(tx, &ask.ctx, ask.id("id")?)?;
    if record.user.status == UserStatus::Deleted.as_str() {
        return Err(Problem::not_found());
    }
    Ok(record)
}
