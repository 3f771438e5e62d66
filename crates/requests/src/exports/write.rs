//! People as CSV or as a workbook, in columns that the importer reads back.

use std::{
    fs::File,
    io::{self, Seek as _, SeekFrom},
};

use db::Db;
use directory::{
    Ctx,
    users::{self, ExportColumns, ExportUsers, Selection},
};
use tabular::{CsvFormat, CsvWriter, XlsxWriter};

/// Writes people to a file and goes back to its beginning; says how many they are.
///
/// Where `shown` names headings, only their columns are written.
pub fn write(
    db: &Db,
    ctx: &Ctx,
    selection: &Selection,
    shown: Option<&[String]>,
    as_workbook: bool,
    mut file: &mut File,
) -> Result<i64, ExportUsers> {
    let columns = db.read_blocking(|tx| ExportColumns::load(tx, ctx))?;
    let all = columns.headers();
    let is_wanted: Vec<bool> = all
        .iter()
        .map(|heading| shown.is_none_or(|shown| shown.contains(heading)))
        .collect();
    let narrow = |cells: Vec<String>| -> Vec<String> {
        let wanted = cells.into_iter().zip(&is_wanted);
        wanted
            .filter(|(_, wanted)| **wanted)
            .map(|(cell, _)| cell)
            .collect()
    };
    let headings = narrow(all);
    let rows = if as_workbook {
        let mut writer = XlsxWriter::new("People", headings.iter().map(String::as_str))
            .map_err(|error| ExportUsers::Output(io::Error::other(error)))?;
        let rows = users::for_each_selected(db, ctx, selection, &mut |record| {
            let cells = narrow(columns.row(record));
            writer
                .write_row(cells.iter().map(String::as_str))
                .map_err(io::Error::other)
        })?;
        writer
            .finish(&mut file)
            .map_err(|error| ExportUsers::Output(io::Error::other(error)))?;
        rows
    } else {
        let format = CsvFormat {
            byte_order_mark: true,
            ..CsvFormat::default()
        };
        let mut writer = CsvWriter::new(&mut file, format);
        writer
            .write_row(headings.iter().map(String::as_str))
            .map_err(ExportUsers::Output)?;
        let rows = users::for_each_selected(db, ctx, selection, &mut |record| {
            let cells = narrow(columns.row(record));
            writer.write_row(cells.iter().map(String::as_str))
        })?;
        writer.finish().map_err(ExportUsers::Output)?;
        rows
    };
    file.seek(SeekFrom::Start(0)).map_err(ExportUsers::Output)?;
    Ok(rows)
}
