//! Actions and their cells in the database.

use db::{Bulk, Cells, Tx, from_row, params, sql};
use kernel::{AccountId, ImportId, Timestamp};

use super::{Edit, EditRecord, EditedCell};
use crate::{Import, record::json};

/// A cell as it is after the changes.
pub(super) struct LiveCell {
    pub(super) row: i64,
    pub(super) column: i64,
    pub(super) value: String,
}

from_row!(LiveCell {
    row: row_no,
    column: column_no,
    value
});

/// A cell of an action, ready to be written.
#[derive(Clone, Debug)]
pub(super) struct NewCell {
    pub(super) account: AccountId,
    pub(super) import: ImportId,
    pub(super) edit: i64,
    pub(super) row: u64,
    pub(super) column: i64,
    pub(super) before: String,
    pub(super) value: String,
}

impl Bulk for NewCell {
    const TABLE: &'static str = "import_edit_cells";
    const COLUMNS: &'static [&'static str] = &[
        "account_id",
        "import_id",
        "row_no",
        "column_no",
        "edit_no",
        "before",
        "value",
    ];

    fn write(&self, row: &mut Cells<'_, '_>) {
        row.put(&self.account)
            .put(&self.import)
            .put(&(self.row as i64))
            .put(&self.column)
            .put(&self.edit)
            .put(&self.before)
            .put(&self.value);
    }
}

/// Whether any change counts.
pub(super) fn has_any(tx: &mut Tx<'_>, import: &Import) -> db::Result<bool> {
    let found: Option<(i64,)> =
        tx.fetch_optional(sql!("edits/has_any"), params![import.account, import.id])?;
    Ok(found.is_some())
}

pub(super) fn live_cells(
    tx: &mut Tx<'_>,
    import: &Import,
    first: u64,
    last: u64,
) -> db::Result<Vec<LiveCell>> {
    tx.fetch(
        sql!("edits/live_cells"),
        params![import.account, import.id, first as i64, last as i64],
    )
}

/// Every cell of every action, whether it counts or not: row, column, value, action.
pub(super) fn all_cells(
    tx: &mut Tx<'_>,
    import: &Import,
    first: u64,
    last: u64,
) -> db::Result<Vec<(i64, i64, String, i64)>> {
    tx.fetch(
        sql!("edits/all_cells"),
        params![import.account, import.id, first as i64, last as i64],
    )
}

/// The actions that count.
pub(crate) fn live(tx: &mut Tx<'_>, import: &Import) -> db::Result<Vec<i64>> {
    let live: Vec<(i64,)> = tx.fetch(sql!("edits/live"), params![import.account, import.id])?;
    Ok(live.into_iter().map(|(number,)| number).collect())
}

/// The first rows of an action.
pub(crate) fn rows_of(
    tx: &mut Tx<'_>,
    import: &Import,
    number: i64,
    most: i64,
) -> db::Result<Vec<u64>> {
    let rows: Vec<(i64,)> = tx.fetch(
        sql!("edits/rows"),
        params![import.account, import.id, number, most],
    )?;
    Ok(rows.into_iter().map(|(row,)| row as u64).collect())
}

/// Adds an action that does not count yet; returns its number.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    import: &Import,
    edit: &Edit,
    who: &directory::Actor,
    now: Timestamp,
) -> db::Result<i64> {
    let (number,): (i64,) = tx.fetch_one(
        sql!("edits/next_number"),
        params![import.account, import.id],
    )?;
    tx.execute(
        sql!("edits/insert"),
        params![
            import.account,
            import.id,
            number,
            json(edit),
            who.user,
            who.name,
            now
        ],
    )?;
    Ok(number)
}

/// Lets an action count, now that its cells are written.
pub(super) fn finish(
    tx: &mut Tx<'_>,
    account: AccountId,
    import: ImportId,
    number: i64,
    (rows, cells): (i64, i64),
) -> db::Result<()> {
    tx.execute(
        sql!("edits/finish"),
        params![account, import, number, rows, cells],
    )?;
    Ok(())
}

/// Undoes an action, or redoes it; says whether there is one.
pub(super) fn set_undone(
    tx: &mut Tx<'_>,
    account: AccountId,
    import: ImportId,
    number: i64,
    at: Option<Timestamp>,
) -> db::Result<bool> {
    let changed = tx.execute(
        sql!("edits/set_undone"),
        params![account, import, number, at],
    )?;
    Ok(changed > 0)
}

/// The actions of an import, latest first.
pub(super) fn list(tx: &mut Tx<'_>, import: &Import, limit: i64) -> db::Result<Vec<EditRecord>> {
    tx.fetch(
        sql!("edits/list"),
        params![import.account, import.id, limit],
    )
}

/// Cells of an action after a row, in file order.
pub(super) fn cells(
    tx: &mut Tx<'_>,
    import: &Import,
    number: i64,
    after: u64,
    limit: i64,
) -> db::Result<Vec<EditedCell>> {
    tx.fetch(
        sql!("edits/cells"),
        params![import.account, import.id, number, after as i64, limit],
    )
}

/// Forgets every action of an import.
pub(crate) fn clear(tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
    tx.execute(
        sql!("edits/clear_cells"),
        params![import.account, import.id],
    )?;
    tx.execute(sql!("edits/clear"), params![import.account, import.id])?;
    Ok(())
}
