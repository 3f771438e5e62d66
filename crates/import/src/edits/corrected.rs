//! Rows that were downloaded, corrected in a spreadsheet, and come back into the same import.
//!
//! [`crate::Download::ToFix`] gives each row a key, by which it is found again wherever it stands in the
//! corrected file. Only cells that differ are changes; rows that are not in the file stay as they are.

use std::{collections::HashSet, fs::File, io::Read};

use directory::Ctx;
use kernel::{Code, ImportId};
use tabular::{ReadOptions, Reader, Record, neutralise, restore};

use super::{
    Edit, EditRecord, Fix, Rows,
    make::{Changed, EachRow},
    walk::RowReader,
};
use crate::{
    Import, Refusal,
    files::Scratch,
    imports::Imports,
    results::{PROBLEM_COLUMN, ROW_KEY_COLUMN, download_headers, row_of_key},
};

/// Rows of the corrected file that are named one by one.
const NAMED: usize = 20;

/// What a corrected file brought.
#[derive(Clone, Debug)]
pub struct Corrected {
    /// The import as it is now.
    pub import: Import,
    /// The action that was made of it.
    pub edit: EditRecord,
    /// Rows of the file that were found again.
    pub found: i64,
    /// Rows of the file without a key of this import.
    pub unknown: i64,
    /// The first of them, by their number in the corrected file.
    pub unknown_rows: Vec<u64>,
    /// Rows whose key was in the file before.
    pub repeated: i64,
    /// The first of them.
    pub repeated_rows: Vec<u64>,
    /// Columns of the corrected file that the import does not have.
    pub unknown_columns: Vec<String>,
}

/// What was met on the way.
#[derive(Default)]
struct Met {
    found: i64,
    unknown: i64,
    unknown_rows: Vec<u64>,
    repeated: i64,
    repeated_rows: Vec<u64>,
    unknown_columns: Vec<String>,
}

impl Imports {
    /// Takes corrected rows into a draft that was checked. The plan has to be made again.
    pub fn correct(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        file_name: &str,
        source: &mut dyn Read,
    ) -> Result<Corrected, Refusal> {
        let import = self.editable(ctx, id, rev)?;
        let folder = self.folder(id);
        let path = folder.scratch(Scratch::Corrected)?.join("source");
        let taken = self
            .copy_bounded(source, &mut File::create(&path)?)
            .and_then(|_| {
                let options = ReadOptions {
                    limits: self.limits.clone(),
                    ..ReadOptions::default()
                };
                let layout = tabular::detect(&path, &options)?;
                let mut reader = tabular::open(&path, &layout, &self.limits)?;
                let columns = Columns::of(&import, &reader)?;
                let action = Edit {
                    fix: Fix::Corrected {
                        file: file_name
                            .chars()
                            .filter(|c| !c.is_control())
                            .take(200)
                            .collect(),
                    },
                    rows: Rows::All,
                    columns: Vec::new(),
                };
                let mut met = Met {
                    unknown_columns: columns.unknown.clone(),
                    ..Met::default()
                };
                let (import, edit) = self.write_edit(ctx, import, &action, |import, each| {
                    self.compare(import, &mut reader, &columns, &mut met, each)
                })?;
                Ok((import, edit, met))
            });
        folder.drop_scratch(Scratch::Corrected)?;
        let (import, edit, met) = taken?;
        Ok(Corrected {
            import,
            edit,
            found: met.found,
            unknown: met.unknown,
            unknown_rows: met.unknown_rows,
            repeated: met.repeated,
            repeated_rows: met.repeated_rows,
            unknown_columns: met.unknown_columns,
        })
    }

    fn compare(
        &self,
        import: &Import,
        corrected: &mut Reader,
        columns: &Columns,
        met: &mut Met,
        each: &mut EachRow<'_>,
    ) -> Result<(), Refusal> {
        let mut rows = RowReader::open(self, import)?;
        let mut record = Record::new();
        let mut seen: HashSet<u64> = HashSet::new();
        while corrected.next(&mut record)? {
            let key = record.cell(columns.key).unwrap_or_default();
            let Some(row) = row_of_key(import, key) else {
                met.unknown += 1;
                remember(&mut met.unknown_rows, record.row());
                continue;
            };
            if !seen.insert(row) {
                met.repeated += 1;
                remember(&mut met.repeated_rows, record.row());
                continue;
            }
            let Some(current) = rows.find(row)? else {
                met.unknown += 1;
                remember(&mut met.unknown_rows, record.row());
                continue;
            };
            met.found += 1;
            let changed = columns.changed(current.cells, &record);
            if !changed.is_empty() {
                each(row, &changed)?;
            }
        }
        Ok(())
    }
}

/// Where the import's columns stand in the corrected file.
struct Columns {
    key: usize,
    /// Column of the corrected file, column of the import.
    pairs: Vec<(usize, usize)>,
    unknown: Vec<String>,
}

impl Columns {
    fn of(import: &Import, corrected: &Reader) -> Result<Self, Refusal> {
        let own = download_headers(import);
        let mut free: Vec<(usize, &str)> = own.iter().map(String::as_str).enumerate().collect();
        let (mut key, mut pairs, mut unknown) = (None, Vec::new(), Vec::new());
        let header: Vec<&str> = corrected
            .header()
            .into_iter()
            .flat_map(Record::iter)
            .collect();
        for (place, name) in header.into_iter().enumerate() {
            let name = restore(name.trim());
            if name == ROW_KEY_COLUMN {
                key = key.or(Some(place));
            } else if let Some(at) = free.iter().position(|(_, other)| other.trim() == name) {
                pairs.push((place, free.remove(at).0));
            } else if name != PROBLEM_COLUMN && !name.is_empty() {
                unknown.push(name.to_owned());
            }
        }
        match key {
            Some(key) => Ok(Self {
                key,
                pairs,
                unknown,
            }),
            None => Err(Refusal::new(Code::RowKeyMissing, "")),
        }
    }

    fn changed(&self, cells: &[String], record: &Record) -> Vec<Changed> {
        self.pairs
            .iter()
            .filter_map(|(from, to)| {
                let before = cells.get(*to).map_or("", String::as_str);
                let after = record.cell(*from).unwrap_or_default();
                // The downloaded cell was guarded against being run as a formula.
                if after == before || after == neutralise(before) {
                    return None;
                }
                Some((*to as i64, before.to_owned(), restore(after).to_owned()))
            })
            .collect()
    }
}

fn remember(rows: &mut Vec<u64>, row: u64) {
    if rows.len() < NAMED {
        rows.push(row);
    }
}
