//! The one warning of a draft: which rows were skipped, and why (S0.19–21).

use std::io::Write;

use db::{Tx, from_row, params, sql};
use directory::Ctx;
use kernel::InviteDraftId;
use tabular::{CsvFormat, CsvWriter};

use crate::{drafts::find, error::AdmitError};

/// A list that was read, as far as it is not dismissed: rows = cards + removed + with access + skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Its number in the draft.
    pub number: i64,
    /// The file's name; none for pasted lines.
    pub name: Option<String>,
    /// Rows that were read.
    pub rows: i64,
    /// Cards of it.
    pub cards: i64,
    /// People of it who have access already.
    pub with_access: i64,
    /// Rows of it that were skipped.
    pub skipped: i64,
}

from_row!(Read {
    number,
    name,
    rows: row_count,
    cards,
    with_access,
    skipped,
});

impl Read {
    /// Rows whose cards were removed by hand.
    pub fn removed(&self) -> i64 {
        self.rows - self.cards - self.with_access - self.skipped
    }
}

/// A row that was skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// The list it is in; none for a person added by hand.
    pub list: Option<i64>,
    /// Row number as a spreadsheet shows it.
    pub row: Option<i64>,
    /// The name as written.
    pub name: String,
    /// The number or address as written.
    pub contact: String,
    /// Stable code of the reason.
    pub code: String,
    /// The reason in words.
    pub reason: String,
}

from_row!(Skip {
    list: list_number,
    row: row_no,
    name,
    contact: phone,
    code,
    reason,
});

/// The lists that were read and are not dismissed.
pub fn reads(tx: &mut Tx<'_>, ctx: &Ctx, id: InviteDraftId) -> Result<Vec<Read>, AdmitError> {
    find(tx, ctx, id)?;
    Ok(tx.fetch(sql!("lists/told"), params![ctx.account, id])?)
}

/// The first rows that were skipped, in the order of lists and rows.
pub fn skips(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    limit: i64,
) -> Result<Vec<Skip>, AdmitError> {
    find(tx, ctx, id)?;
    Ok(tx.fetch(sql!("lists/skips"), params![ctx.account, id, limit])?)
}

/// Dismisses the warning; the rows stay known and are told again with the next list.
pub fn dismiss(tx: &mut Tx<'_>, ctx: &Ctx, id: InviteDraftId) -> Result<(), AdmitError> {
    find(tx, ctx, id)?;
    tx.execute(sql!("lists/dismiss"), params![ctx.account, id])?;
    Ok(())
}

/// Writes every skipped row as CSV.
pub fn write_skips(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    output: impl Write,
) -> Result<(), AdmitError> {
    let lists: Vec<(i64, Option<String>)> =
        tx.fetch(sql!("lists/names"), params![ctx.account, id])?;
    let skips = skips(tx, ctx, id, i64::MAX)?;
    let mut writer = CsvWriter::new(output, CsvFormat::default());
    let failed = |error| AdmitError::Import(import::Refusal::Io(error));
    writer
        .write_row(["list", "row", "name", "phone", "reason"])
        .map_err(failed)?;
    for skip in skips {
        let list = lists
            .iter()
            .find(|(number, _)| Some(*number) == skip.list)
            .and_then(|(_, name)| name.as_deref());
        let row = skip.row.map(|row| row.to_string()).unwrap_or_default();
        let cells = [
            list.unwrap_or_default(),
            &row,
            &skip.name,
            &skip.contact,
            &skip.reason,
        ];
        writer.write_row(cells).map_err(failed)?;
    }
    writer.finish().map_err(failed)?;
    Ok(())
}
