//! XLSX: a zip of XML parts. Sheets are read as a stream; only shared strings are held in memory.

use std::fs::File;
use std::sync::{Arc, OnceLock};

use quick_xml::events::{BytesStart, Event};

use super::strings::Strings;
use super::value::{self, Shown};
use super::xml::{self, Part};
use super::{Row, Sheet};
use crate::error::FileError;
use crate::limits::Limits;
use crate::source::Archive;

const WHAT: &str = "workbook";
/// Styles and sheets that are remembered.
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

struct Relation {
    id: String,
    kind: String,
    target: String,
}

/// Where the workbook is, by the archive's own table of contents.
fn workbook_part(archive: &Archive, limits: &Limits) -> Result<String, FileError> {
    let named = relations(archive, "_rels/.rels", "", limits)?
        .into_iter()
        .find(|relation| relation.kind.ends_with("/officeDocument"))
        .map(|relation| relation.target);
    Ok(named.unwrap_or_else(|| "xl/workbook.xml".to_owned()))
}

fn relations(
    archive: &Archive,
    part: &str,
    folder: &str,
    limits: &Limits,
) -> Result<Vec<Relation>, FileError> {
    let mut relations = Vec::new();
    let Some(bytes) = archive.part(part.trim_start_matches('/'), limits)? else {
        return Ok(relations);
    };
    let mut xml = Part::new(bytes, WHAT);
    loop {
        match xml.next()? {
            Event::Start(tag) | Event::Empty(tag)
                if tag.local_name().as_ref() == "Relationship" =>
            {
                let target = xml::attribute(&tag, "Target").unwrap_or_default();
                relations.push(Relation {
                    id: xml::attribute(&tag, "Id").unwrap_or_default(),
                    kind: xml::attribute(&tag, "Type").unwrap_or_default(),
                    target: join(folder, &target),
                });
                if relations.len() > LISTED {
                    return Ok(relations);
                }
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// A target relative to a folder of the archive; it never leaves the archive, which is only a list of names.
fn join(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => {
                steps.pop();
            }
            "." | "" => {}
            other => steps.push(other),
        }
    }
    steps.join("/")
}

/// How each cell style shows numbers.
fn styles(archive: &Archive, part: &str, limits: &Limits) -> Result<Vec<Shown>, FileError> {
    let mut codes: Vec<(u32, Shown)> = Vec::new();
    let mut styles = Vec::new();
    let Some(bytes) = archive.part(part, limits)? else {
        return Ok(styles);
    };
    let mut xml = Part::new(bytes, WHAT);
    let mut in_cells = false;
    loop {
        match xml.next()? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "numFmt" if codes.len() < 10_000 => {
                    let number = xml::attribute(&tag, "numFmtId").and_then(|id| id.parse().ok());
                    let code = xml::attribute(&tag, "formatCode").unwrap_or_default();
                    if let Some(number) = number {
                        codes.push((number, value::shown_by_code(&code)));
                    }
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells && styles.len() < LISTED => {
                    let number = xml::attribute(&tag, "numFmtId")
                        .and_then(|id| id.parse().ok())
                        .unwrap_or(0);
                    let custom = codes
                        .iter()
                        .find(|(id, _)| *id == number)
                        .map(|(_, shown)| shown.clone());
                    styles.push(custom.unwrap_or_else(|| value::shown_by_number(number)));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => in_cells = false,
            Event::Eof => return Ok(styles),
            _ => {}
        }
    }
}

/// Reads the shared strings.
fn shared_strings(archive: &Archive, part: &str, limits: &Limits) -> Result<Strings, FileError> {
    let mut strings = Strings::default();
    let Some(bytes) = archive.part(part, limits)? else {
        return Ok(strings);
    };
    let mut xml = Part::new(bytes, WHAT);
    loop {
        match xml.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "si" => {
                strings.push(&rich_text(&mut xml, "si")?);
            }
            Event::Empty(tag) if tag.local_name().as_ref() == "si" => strings.push(""),
            Event::Eof => return Ok(strings),
            _ => {}
        }
        if strings.size_bytes() > limits.shared_strings_bytes {
            let limit = format!(
                "{} MiB of shared strings",
                limits.shared_strings_bytes >> 20
            );
            return Err(FileError::UnpacksTooLarge { limit });
        }
    }
}

/// The text up to the end of `outer`, without phonetic hints.
fn rich_text(xml: &mut Part, outer: &str) -> Result<String, FileError> {
    let mut text = String::new();
    let mut phonetic = 0;
    let mut inside = false;
    loop {
        match xml.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "rPh" => phonetic += 1,
                "t" => inside = phonetic == 0,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "rPh" => phonetic -= 1,
                "t" => inside = false,
                name if name == outer => return Ok(unescape(text)),
                _ => {}
            },
            Event::Text(content) if inside => text.push_str(&content.xml10_content()),
            Event::CData(content) if inside => text.push_str(&content),
            Event::GeneralRef(reference) if inside => xml::append_reference(&reference, &mut text),
            Event::Eof => return Ok(unescape(text)),
            _ => {}
        }
    }
}

/// Resolves `_x000D_`, by which workbooks write what XML cannot.
fn unescape(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut result = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        let (before, found) = rest.split_at(at);
        result.push_str(before);
        let code = found.get(2..6).filter(|_| found.get(6..7) == Some("_"));
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        if let Some(character) = code.and_then(char::from_u32) {
            result.push(character);
            rest = found.get(7..).unwrap_or_default();
        } else {
            result.push_str("_x");
            rest = found.get(2..).unwrap_or_default();
        }
    }
    result.push_str(rest);
    result
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
