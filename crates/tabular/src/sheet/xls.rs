//! XLS: the binary workbooks of Excel 5 to 2003, read record by record.
//!
//! The reader is our own because the usual one trusts the sheet's stated dimensions and holds every sheet
//! as a dense table, which a small hostile file turns into an allocation no process survives.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::biff::{self, Texts};
use super::strings::Strings;
use super::value::{self, Shown};
use super::{Row, Sheet};
use crate::content::Foreign;
use crate::encoding;
use crate::error::{FileError, guarded};
use crate::limits::Limits;

const WHAT: &str = "workbook";
const LISTED: usize = 100_000;

/// An opened XLS workbook.
pub(crate) struct Workbook {
    book: Arc<Book>,
    sheets: Vec<Sheet>,
    places: Vec<usize>,
}

/// What all sheets share.
struct Book {
    stream: Vec<u8>,
    strings: Strings,
    styles: Vec<Shown>,
    texts: Texts,
    is_1904: bool,
}

impl Workbook {
    pub(crate) fn open(file: File, limits: &Limits) -> Result<Self, FileError> {
        if file.metadata().map_err(FileError::Unreadable)?.len() > limits.xls_bytes {
            return Err(FileError::TooLarge {
                limit_bytes: limits.xls_bytes,
            });
        }
        let (stream, unicode) = guarded(WHAT, || workbook_stream(file, limits))?;
        let mut workbook = Self {
            book: Arc::new(Book {
                stream: Vec::new(),
                strings: Strings::default(),
                styles: Vec::new(),
                texts: Texts {
                    unicode,
                    code_page: WINDOWS_1252,
                },
                is_1904: false,
            }),
            sheets: Vec::new(),
            places: Vec::new(),
        };
        let book = workbook.read_globals(&stream, unicode, limits)?;
        workbook.book = Arc::new(Book { stream, ..book });
        if workbook.sheets.is_empty() {
            return Err(FileError::Damaged {
                what: WHAT,
                reason: "it lists no sheets".to_owned(),
            });
        }
        Ok(workbook)
    }

    pub(crate) fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// Reads what stands before the sheets: styles, shared strings, the list of sheets.
    fn read_globals(
        &mut self,
        stream: &[u8],
        unicode: bool,
        limits: &Limits,
    ) -> Result<Book, FileError> {
        let mut texts = Texts {
            unicode,
            code_page: WINDOWS_1252,
        };
        let mut codes: Vec<(u16, Shown)> = Vec::new();
        let mut numbers: Vec<u16> = Vec::new();
        let mut strings = Strings::default();
        let mut is_1904 = false;
        let mut at = 0;
        while let Some(record) = biff::record(stream, at) {
            at = record.next;
            let bytes = record.bytes;
            match record.kind {
                0x0809 => texts.unicode = biff::short(bytes, 0) == Some(0x0600),
                0x002f => return Err(FileError::EncryptedWorkbook),
                0x0042 => texts.code_page = code_page(biff::short(bytes, 0).unwrap_or(1252)),
                0x0022 => is_1904 = biff::short(bytes, 0) == Some(1),
                0x041e if codes.len() < LISTED => {
                    let code = texts.read(bytes, 2, texts.unicode).unwrap_or_default();
                    codes.push((
                        biff::short(bytes, 0).unwrap_or(0),
                        value::shown_by_code(&code),
                    ));
                }
                0x00e0 if numbers.len() < LISTED => {
                    numbers.push(biff::short(bytes, 2).unwrap_or(0));
                }
                0x0085 if self.sheets.len() < LISTED => self.list(bytes, texts),
                0x00fc => {
                    let limit = limits.shared_strings_bytes;
                    strings = biff::shared_strings(record, stream, limit).ok_or_else(|| {
                        FileError::UnpacksTooLarge {
                            limit: format!("{} MiB of shared strings", limit >> 20),
                        }
                    })?;
                }
                0x000a => break,
                _ => {}
            }
        }
        let styles = numbers
            .into_iter()
            .map(|number| {
                let custom = codes
                    .iter()
                    .find(|(id, _)| *id == number)
                    .map(|(_, shown)| shown.clone());
                custom.unwrap_or_else(|| value::shown_by_number(u32::from(number)))
            })
            .collect();
        Ok(Book {
            stream: Vec::new(),
            strings,
            styles,
            texts,
            is_1904,
        })
    }

    /// Adds a sheet to the list; charts and macros are no sheets.
    fn list(&mut self, bytes: &[u8], texts: Texts) {
        let place = biff::long(bytes, 0).unwrap_or(0) as usize;
        if biff::byte(bytes, 5) != Some(0) {
            return;
        }
        let name = texts.read(bytes, 6, false).unwrap_or_default();
        self.sheets.push(Sheet {
            name,
            hidden: biff::byte(bytes, 4).is_some_and(|state| state & 3 != 0),
        });
        self.places.push(place);
    }

    /// Begins to read a sheet.
    pub(crate) fn rows(&self, index: usize) -> Result<Rows, FileError> {
        let place = self.places.get(index).copied().unwrap_or(usize::MAX);
        if biff::record(&self.book.stream, place).is_none_or(|record| record.kind != 0x0809) {
            let reason = "a sheet does not begin where the list says".to_owned();
            return Err(FileError::Damaged { what: WHAT, reason });
        }
        Ok(Rows {
            book: Arc::clone(&self.book),
            at: place,
            depth: 0,
            pending: Vec::new(),
            number: 0,
            formula: None,
        })
    }
}

/// Takes the stream with the workbook out of its container; the name tells the version.
fn workbook_stream(file: File, limits: &Limits) -> Result<(Vec<u8>, bool), FileError> {
    let damaged = |error: std::io::Error| FileError::Damaged {
        what: WHAT,
        reason: error.to_string(),
    };
    let mut container = cfb::CompoundFile::open(file).map_err(damaged)?;
    if container.exists("/EncryptedPackage") {
        return Err(FileError::EncryptedWorkbook);
    }
    for (name, unicode) in [("/Workbook", true), ("/Book", false)] {
        if container.is_stream(name) {
            let stream = container.open_stream(name).map_err(damaged)?;
            let mut bytes = Vec::new();
            stream
                .take(limits.xls_bytes)
                .read_to_end(&mut bytes)
                .map_err(damaged)?;
            return Ok((bytes, unicode));
        }
    }
    let foreign = if container.exists("/WordDocument") {
        Foreign::WordDocument
    } else {
        Foreign::OfficeDocument
    };
    Err(FileError::Foreign(foreign))
}

fn code_page(number: u16) -> &'static Encoding {
    let name = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 | 32_768 => "macintosh".to_owned(),
        other => format!("windows-{other}"),
    };
    encoding::by_name(&name).unwrap_or(WINDOWS_1252)
}

/// The rows of one sheet.
pub(crate) struct Rows {
    book: Arc<Book>,
    at: usize,
    /// Nested streams, such as charts in the sheet, that are passed over.
    depth: usize,
    pending: Vec<(u32, String)>,
    number: u64,
    /// A formula whose text comes in a record of its own.
    formula: Option<(u64, u32)>,
}

impl Rows {
    /// Reads up to the end of the next row; `false` at the end of the sheet.
    pub(crate) fn next(&mut self, row: &mut Row) -> bool {
        row.begin(self.number);
        row.cells.append(&mut self.pending);
        let book = Arc::clone(&self.book);
        while let Some(record) = biff::record(&book.stream, self.at) {
            self.at = record.next;
            match record.kind {
                0x0809 => self.depth += 1,
                0x000a => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.at = usize::MAX;
                    }
                }
                _ if self.depth != 1 => {}
                kind => {
                    let cells = self.cells(&book, kind, record.bytes).unwrap_or_default();
                    let Some((number, cells)) = cells else {
                        continue;
                    };
                    if number == self.number || row.cells.is_empty() {
                        row.number = number;
                        self.number = number;
                        row.cells.extend(cells);
                    } else {
                        self.number = number;
                        self.pending = cells;
                        return true;
                    }
                }
            }
        }
        !row.cells.is_empty()
    }

    /// The cells of one record with the number of their row; `None` outside when the record is cut off,
    /// inside when it has no cells.
    #[expect(
        clippy::option_option,
        reason = "a cut record and one without cells are both passed over"
    )]
    fn cells(&mut self, book: &Book, kind: u16, bytes: &[u8]) -> Option<Option<CellsOfRow>> {
        if kind == 0x0207 {
            let Some((number, column)) = self.formula.take() else {
                return Some(None);
            };
            let text = book.texts.read(bytes, 0, true)?;
            return Some(Some((number, vec![(column, text)])));
        }
        if !matches!(
            kind,
            0x0203 | 0x027e | 0x00bd | 0x00fd | 0x0204 | 0x00d6 | 0x0205 | 0x0006
        ) {
            return Some(None);
        }
        let number = u64::from(biff::short(bytes, 0)?) + 1;
        let column = u32::from(biff::short(bytes, 2)?);
        let style = biff::short(bytes, 4)?;
        let show = |value: f64, style: u16| {
            let shown = book.styles.get(usize::from(style)).unwrap_or(&Shown::Plain);
            value::float(value, shown, book.is_1904)
        };
        let text = match kind {
            0x0203 => show(biff::double(bytes, 6)?, style),
            0x027e => show(biff::packed_number(biff::long(bytes, 6)?), style),
            0x00bd => {
                let count = bytes.len().saturating_sub(6) / 6;
                let cells = (0..count).filter_map(|index| {
                    let at = 4 + index * 6;
                    let value = biff::packed_number(biff::long(bytes, at + 2)?);
                    Some((column + index as u32, show(value, biff::short(bytes, at)?)))
                });
                return Some(Some((number, cells.collect())));
            }
            0x00fd => book.strings.get(biff::long(bytes, 6)? as usize)?.to_owned(),
            0x0205 if biff::byte(bytes, 7)? == 0 => boolean(biff::byte(bytes, 6)?),
            0x0205 => biff::error_text(biff::byte(bytes, 6)?).to_owned(),
            0x0006 => match (biff::short(bytes, 12)?, biff::byte(bytes, 6)?) {
                (0xffff, 0) => {
                    self.formula = Some((number, column));
                    return Some(None);
                }
                (0xffff, 1) => boolean(biff::byte(bytes, 8)?),
                (0xffff, 2) => biff::error_text(biff::byte(bytes, 8)?).to_owned(),
                (0xffff, _) => String::new(),
                _ => show(biff::double(bytes, 6)?, style),
            },
            _ => book.texts.read(bytes, 6, true)?,
        };
        Some((!text.is_empty()).then(|| (number, vec![(column, text)])))
    }
}

/// The number of a row and its cells by column.
type CellsOfRow = (u64, Vec<(u32, String)>);

fn boolean(value: u8) -> String {
    if value == 0 {
        "FALSE".to_owned()
    } else {
        "TRUE".to_owned()
    }
}
