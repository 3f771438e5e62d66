//! Where a check gets its rows from: the file the first time, the cells read then from the second
//! time on, so that correcting rows does not decode the file again.

use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write},
};

use tabular::{Layout, Limits, Reader, Record};

use super::window::damaged;
use crate::{
    Refusal,
    files::{BlockReader, BlockWriter, Folder},
    results::{each_cell, encode_cells, place_of},
};

/// Rows in file order, as they stand in the file.
pub(super) enum RowSource {
    /// Read from the file, and kept.
    File {
        reader: Box<Reader>,
        cells: BlockWriter,
        lines: BufWriter<File>,
        entry: Vec<u8>,
        place: u32,
    },
    /// Read from what was kept.
    Kept {
        cells: BlockReader,
        lines: BufReader<File>,
    },
}

impl RowSource {
    /// Opens what was kept if it was read with this layout, and the file otherwise.
    pub(super) fn open(folder: &Folder, layout: &Layout, limits: &Limits) -> Result<Self, Refusal> {
        if is_kept(folder, layout) {
            return Ok(Self::Kept {
                cells: BlockReader::open(&folder.cells())?,
                lines: BufReader::with_capacity(64 << 10, File::open(folder.lines())?),
            });
        }
        if folder.cells_layout().exists() {
            fs::remove_file(folder.cells_layout())?;
        }
        Ok(Self::File {
            reader: Box::new(tabular::open(&folder.source(), layout, limits)?),
            cells: BlockWriter::create(&folder.cells())?,
            lines: BufWriter::new(File::create(folder.lines())?),
            entry: Vec::new(),
            place: 0,
        })
    }

    /// Reads the next row; says whether there was one.
    pub(super) fn next(&mut self, record: &mut Record) -> Result<bool, Refusal> {
        match self {
            Self::File {
                reader,
                cells,
                lines,
                entry,
                place,
            } => {
                if !reader.next(record)? {
                    return Ok(false);
                }
                entry.clear();
                encode_cells(*place, record, entry);
                cells.push(record.row(), entry)?;
                lines.write_all(&record.line().to_le_bytes())?;
                lines.write_all(&[record.fault_bits()])?;
                *place += 1;
                Ok(true)
            }
            Self::Kept { cells, lines } => {
                let Some((row, entry)) = cells.next()? else {
                    return Ok(false);
                };
                let mut line = [0; 8];
                let mut faults = [0];
                lines.read_exact(&mut line)?;
                lines.read_exact(&mut faults)?;
                let [faults] = faults;
                record.begin(row, u64::from_le_bytes(line), faults);
                each_cell(entry, |cell| record.push(cell)).ok_or_else(damaged)
            }
        }
    }

    /// Makes what was read from the file good for the next check.
    pub(super) fn finish(self, folder: &Folder, layout: &Layout) -> Result<(), Refusal> {
        let Self::File {
            cells, mut lines, ..
        } = self
        else {
            return Ok(());
        };
        cells.finish()?;
        lines.flush()?;
        lines.get_ref().sync_data()?;
        fs::write(
            folder.cells_layout(),
            serde_json::to_vec(layout).unwrap_or_default(),
        )?;
        Ok(())
    }
}

/// Reads one row of what was kept; returns its place among the rows.
pub(super) fn record_of(
    folder: &Folder,
    row: u64,
    record: &mut Record,
) -> Result<Option<u32>, Refusal> {
    let mut cells = BlockReader::open_at(&folder.cells(), row)?;
    let Some((number, entry)) = cells.next()? else {
        return Ok(None);
    };
    if number != row {
        return Ok(None);
    }
    let place = place_of(entry).ok_or_else(damaged)?;
    let mut lines = File::open(folder.lines())?;
    lines.seek(SeekFrom::Start(u64::from(place) * 9))?;
    let (mut line, mut faults) = ([0; 8], [0]);
    lines.read_exact(&mut line)?;
    lines.read_exact(&mut faults)?;
    let [faults] = faults;
    record.begin(row, u64::from_le_bytes(line), faults);
    each_cell(entry, |cell| record.push(cell)).ok_or_else(damaged)?;
    Ok(Some(place))
}

/// Whether the cells that are kept were read with this layout.
pub(super) fn is_kept(folder: &Folder, layout: &Layout) -> bool {
    fs::read(folder.cells_layout())
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Layout>(&bytes).ok())
        .is_some_and(|kept| kept == *layout)
}
