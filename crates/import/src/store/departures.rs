//! Who was to be deactivated and was kept, because they were changed since the check.

use std::collections::HashSet;

use db::{Tx, params, sql};
use directory::users;
use kernel::UserId;

use crate::Import;

/// Remembers people who were kept.
pub(crate) fn keep(tx: &mut Tx<'_>, import: &Import, people: Vec<UserId>) -> db::Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    users::stage_ids(tx, people)?;
    tx.execute(sql!("departures/keep"), params![import.account, import.id])?;
    Ok(())
}

/// How many were kept.
pub(crate) fn count_kept(tx: &mut Tx<'_>, import: &Import) -> db::Result<i64> {
    tx.fetch_one::<(i64,)>(
        sql!("departures/count_kept"),
        params![import.account, import.id],
    )
    .map(|(count,)| count)
}

/// Which of the staged people were kept.
pub(crate) fn kept_of_staged(tx: &mut Tx<'_>, import: &Import) -> db::Result<HashSet<UserId>> {
    let kept: Vec<(UserId,)> = tx.fetch(
        sql!("departures/kept_of_staged"),
        params![import.account, import.id],
    )?;
    Ok(kept.into_iter().map(|(id,)| id).collect())
}
