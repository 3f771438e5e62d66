//! Somebody named by what people know of them, as on the command line.

use db::Tx;
use directory::users::{self, LookupError, UserRecord};
use kernel::UserId;

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
