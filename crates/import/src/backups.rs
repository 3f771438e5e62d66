//! What a backup has to know of imports: which of them were being changed while it was made.
//!
//! The database is read at one moment, the files of imports a little later. What a run works from does not change any
//! more once it was started; the files of a draft are written anew by each check. So a draft that was touched meanwhile
//! keeps only its source, and is checked again.

use db::{Tx, params, sql};
use kernel::{AccountId, ImportId, Timestamp};

/// A draft as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftAt {
    /// Whose it is.
    pub account: AccountId,
    /// The import.
    pub import: ImportId,
    updated_at: Timestamp,
}

db::from_row!(DraftAt {
    account: account_id,
    import: id,
    updated_at
});

/// All drafts as they are now.
pub fn drafts(tx: &mut Tx<'_>) -> db::Result<Vec<DraftAt>> {
    tx.fetch(sql!("backup/drafts"), params![])
}

/// The drafts whose rows are being read and compared now.
pub fn drafts_being_checked(tx: &mut Tx<'_>) -> db::Result<Vec<(AccountId, ImportId)>> {
    tx.fetch(sql!("backup/checking"), params![])
}

/// Gives up the plan of a draft whose files were left behind; says whether it had one.
///
/// One that was being checked keeps its state, and with it the job that begins anew.
pub fn check_again(tx: &mut Tx<'_>, account: AccountId, import: ImportId) -> db::Result<bool> {
    Ok(tx.execute(sql!("backup/check_again"), params![account, import])? > 0)
}
