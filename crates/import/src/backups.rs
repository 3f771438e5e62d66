//! What a backup has to know of imports: which of them were being changed while it was made, and which of their files
//! are worth keeping.
//!
//! The database is read at one moment, the files of imports a little later. What a run works from does not change any
//! more once it was started; the files of a draft are written anew by each check. So a draft that was touched meanwhile
//! keeps only its source, and is checked again.

use db::{Tx, params, sql};
use kernel::{AccountId, ImportId, Timestamp};

use crate::files::{SOURCE, Scratch};

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

/// Forgets files that were arriving in parts: a backup has their rows and not the bytes that had arrived.
pub fn forget_uploads(tx: &mut Tx<'_>) -> db::Result<u64> {
    tx.execute(sql!("backup/forget_uploads"), params![])
}

/// Whether a folder below the data folder, such as `imports/<id>/sorted`, holds nothing for longer than a stage of work.
pub fn is_scratch(path: &str) -> bool {
    let below = path
        .strip_prefix("imports/")
        .and_then(|rest| rest.split_once('/'));
    below.is_some_and(|(_, name)| Scratch::ALL.iter().any(|scratch| scratch.name() == name))
}

/// Whether a file below the data folder is one that this import's check has made, and not what was uploaded.
pub fn is_made_by_a_check(path: &str, import: &str) -> bool {
    path.strip_prefix("imports/")
        .and_then(|rest| rest.strip_prefix(import))
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|name| name != SOURCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_source_of_an_import_is_not_made_by_a_check() {
        assert!(is_made_by_a_check("imports/1/outcomes", "1"));
        assert!(!is_made_by_a_check("imports/1/source", "1"));
        assert!(!is_made_by_a_check("imports/12/outcomes", "1"));
    }

    #[test]
    fn every_scratch_folder_of_an_import_is_known_and_nothing_else() {
        for scratch in Scratch::ALL {
            assert!(is_scratch(&format!("imports/1/{}", scratch.name())));
        }
        for path in [
            "imports/rest",
            "imports/1/source",
            "imports/1/orders/rest",
            "documents/1/rest",
        ] {
            assert!(!is_scratch(path), "{path}");
        }
    }
}
