//! XLSX: a zip of XML parts. Sheets are read as a stream; only shared strings are held in memory.

use std::fs::File;
use std::sync::{Arc, OnceLock};

use quick_xml::events::{BytesStart, Event};

use super::strings::Strings;
use super::value::{self, Shown};
use super::xlsx_parts::{
    Relation, join, relations, rich_text, shared_strings, styles, unescape, workbook_part,
};
use super::xml::{self, Part};
use super::{Row, Sheet};
use crate::archive::Archive;
use crate::error::FileError;
use crate::limits::Limits;

const WHAT: &str = "workbook";
/// Sheets that are remembered.
const LISTED: usize = 100_000;

/// An opened XLSX workbook.
pub(crate) struct Workbook {
    archive: Archive,
    sheets: Vec<Sheet>,
    parts: Vec<String>,
    styles_part: String,
    strings_part: String,
    strings: OnceLock<Arc<Strings>>,
    is_1904: bool,
}

impl Workbook {
    pub(crate) fn open(file: File, limits: &Limits) -> Result<Self, FileError> {
        let archive = Archive::open(file, limits)?;
        let part = workbook_part(&archive, limits)?;
        let folder = part
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned();
        let base = part.rsplit('/').next().unwrap_or_default();
        let relations = relations(
            &archive,
            &format!("{folder}/_rels/{base}.rels"),
            &folder,
            limits,
        )?;
        let by_type = |kind: &str, usual: &str| {
            relations
                .iter()
                .find(|relation| relation.kind.ends_with(kind))
                .map_or_else(|| join(&folder, usual), |relation| relation.target.clone())
        };
        let mut workbook = Self {
            styles_part: by_type("/styles", "styles.xml"),
            strings_part: by_type("/sharedStrings", "sharedStrings.xml"),
            archive,
            sheets: Vec::new(),
            parts: Vec::new(),
            strings: OnceLock::new(),
            is_1904: false,
        };
        workbook.read_list(&part, &folder, &relations, limits)?;
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

    /// Reads the list of sheets and the calendar.
    fn read_list(
        &mut self,
        part: &str,
        folder: &str,
        relations: &[Relation],
        limits: &Limits,
    ) -> Result<(), FileError> {
        let Some(bytes) = self.archive.part(part, limits)? else {
            return Ok(());
        };
        let mut xml = Part::new(bytes, WHAT);
        loop {
            match xml.next()? {
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    "workbookPr" => {
                        let flag = xml::attribute(&tag, "date1904");
                        self.is_1904 = flag.is_some_and(|flag| flag == "1" || flag == "true");
                    }
                    "sheet" if self.sheets.len() < LISTED => {
                        let id = xml::attribute(&tag, "id").unwrap_or_default();
                        let state = xml::attribute(&tag, "state").unwrap_or_default();
                        let number = self.sheets.len() + 1;
                        let target = relations.iter().find(|relation| relation.id == id);
                        let usual = || join(folder, &format!("worksheets/sheet{number}.xml"));
                        if target.is_some_and(|target| !target.kind.ends_with("/worksheet")) {
                            // Chart sheets and dialogs have no cells.
                            continue;
                        }
                        self.parts
                            .push(target.map_or_else(usual, |target| target.target.clone()));
                        self.sheets.push(Sheet {
                            name: xml::attribute(&tag, "name").unwrap_or_default(),
                            hidden: state.eq_ignore_ascii_case("hidden")
                                || state.eq_ignore_ascii_case("veryHidden"),
                        });
                    }
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// The shared strings, read once for all sheets.
    fn strings(&self, limits: &Limits) -> Result<Arc<Strings>, FileError> {
        if let Some(strings) = self.strings.get() {
            return Ok(Arc::clone(strings));
        }
        let strings = Arc::new(shared_strings(&self.archive, &self.strings_part, limits)?);
        Ok(Arc::clone(self.strings.get_or_init(|| strings)))
    }

    /// Begins to read a sheet.
    pub(crate) fn rows(&self, index: usize, limits: &Limits) -> Result<Rows, FileError> {
        let part = self
            .parts
            .get(index)
            .map(String::as_str)
            .unwrap_or_default();
        let Some(bytes) = self.archive.part(part, limits)? else {
            return Err(FileError::Damaged {
                what: WHAT,
                reason: format!("the part {part} is missing"),
            });
        };
        Ok(Rows {
            xml: Part::new(bytes, WHAT),
            strings: self.strings(limits)?,
            styles: styles(&self.archive, &self.styles_part, limits)?,
            is_1904: self.is_1904,
            row: 0,
            ended: false,
        })
    }
}

/// The rows of one sheet.
pub(crate) struct Rows {
    xml: Part,
    strings: Arc<Strings>,
    styles: Vec<Shown>,
    is_1904: bool,
    row: u64,
    ended: bool,
}

/// What a cell's tag says before its content is read.
struct Cell {
    column: u32,
    kind: String,
    style: usize,
}

impl Rows {
    /// Reads up to the end of the next row; `false` at the end of the sheet.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<bool, FileError> {
        row.begin(self.row);
        let mut column = 0;
        while !self.ended {
            let cell = match self.xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "row" => {
                        self.row = row_number(&tag, self.row + 1);
                        row.begin(self.row);
                        column = 0;
                        continue;
                    }
                    "c" => {
                        let cell = cell(&tag, column);
                        column = cell.column + 1;
                        cell
                    }
                    _ => continue,
                },
                Event::Empty(tag) => {
                    match tag.local_name().as_ref() {
                        "row" => self.row = row_number(&tag, self.row + 1),
                        "c" => column = cell(&tag, column).column + 1,
                        _ => {}
                    }
                    continue;
                }
                Event::End(tag) => match tag.local_name().as_ref() {
                    "row" => return Ok(true),
                    "sheetData" => {
                        self.ended = true;
                        continue;
                    }
                    _ => continue,
                },
                Event::Eof => {
                    self.ended = true;
                    // A sheet that is cut off still has the cells before the cut.
                    return Ok(!row.cells.is_empty());
                }
                _ => continue,
            };
            let text = self.content(&cell, row)?;
            row.put(cell.column, text);
        }
        Ok(false)
    }

    /// Reads a cell up to its end and says what a person sees.
    fn content(&mut self, cell: &Cell, row: &mut Row) -> Result<String, FileError> {
        let mut raw = String::new();
        let mut inside = false;
        let mut formula = false;
        let mut inline = None;
        loop {
            match self.xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "v" => inside = true,
                    "f" => formula = true,
                    "is" => inline = Some(rich_text(&mut self.xml, "is")?),
                    _ => {}
                },
                Event::Empty(tag) => formula |= tag.local_name().as_ref() == "f",
                Event::End(tag) => match tag.local_name().as_ref() {
                    "v" => inside = false,
                    "c" => break,
                    _ => {}
                },
                Event::Text(content) if inside => raw.push_str(&content.xml10_content()),
                Event::CData(content) if inside => raw.push_str(&content),
                Event::GeneralRef(reference) if inside => {
                    xml::append_reference(&reference, &mut raw);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        row.missing_value |= formula && raw.is_empty();
        Ok(inline.unwrap_or_else(|| self.show(cell, raw)))
    }

    fn show(&self, cell: &Cell, raw: String) -> String {
        match cell.kind.as_str() {
            "s" => {
                let index = raw.trim().parse().unwrap_or(usize::MAX);
                self.strings.get(index).unwrap_or_default().to_owned()
            }
            "b" => match raw.trim() {
                "1" | "true" => "TRUE".to_owned(),
                "0" | "false" => "FALSE".to_owned(),
                _ => raw,
            },
            "d" => value::iso_moment(&raw),
            "str" | "inlineStr" => unescape(raw),
            "e" => raw,
            _ if raw.is_empty() => raw,
            _ => {
                let shown = self.styles.get(cell.style).unwrap_or(&Shown::Plain);
                value::number(&raw, shown, self.is_1904)
            }
        }
    }
}

fn row_number(tag: &BytesStart<'_>, next: u64) -> u64 {
    let written = xml::attribute(tag, "r").and_then(|number| number.parse().ok());
    written
        .filter(|number| (1..=super::SHEET_ROWS * 2).contains(number))
        .unwrap_or(next)
}

fn cell(tag: &BytesStart<'_>, next: u32) -> Cell {
    let mut cell = Cell {
        column: next,
        kind: String::new(),
        style: 0,
    };
    for attribute in tag.attributes().with_checks(false).flatten() {
        let value: &str = &attribute.value;
        match attribute.key.local_name().as_ref() {
            "r" => cell.column = column_of(value).unwrap_or(next),
            "s" => cell.style = value.parse().unwrap_or(0),
            "t" => value.clone_into(&mut cell.kind),
            _ => {}
        }
    }
    cell
}

/// The column of a reference such as `AB12`, counted from 0.
fn column_of(reference: &str) -> Option<u32> {
    let mut column: u32 = 0;
    for byte in reference.bytes().take_while(u8::is_ascii_alphabetic) {
        let letter = u32::from(byte.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(letter)?;
    }
    column.checked_sub(1)
}
