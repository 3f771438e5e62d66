//! ODS: one XML part with all sheets, its repetitions counted instead of written out.

use std::fs::File;

use quick_xml::events::{BytesStart, Event};

use super::value::{self, Shown};
use super::xml::{self, Part};
use super::{Row, SHEET_ROWS, Sheet};
use crate::archive::Archive;
use crate::error::FileError;
use crate::limits::Limits;

const WHAT: &str = "workbook";
/// Cells that repetitions may produce in one sheet.
const REPEATED_CELLS: u64 = 10_000_000;
const LISTED: usize = 10_000;

/// An opened ODS workbook.
pub(crate) struct Workbook {
    archive: Archive,
    sheets: Vec<Sheet>,
}

impl Workbook {
    pub(crate) fn open(file: File, limits: &Limits) -> Result<Self, FileError> {
        let archive = Archive::open(file, limits)?;
        if let Some(manifest) = archive.part("META-INF/manifest.xml", limits)?
            && xml::read_small(manifest, 1 << 20)?.contains("encryption-data")
        {
            return Err(FileError::EncryptedWorkbook);
        }
        let mut workbook = Self {
            archive,
            sheets: Vec::new(),
        };
        workbook.sheets = workbook.list(limits)?;
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

    fn content(&self, limits: &Limits) -> Result<Part, FileError> {
        let bytes =
            self.archive
                .part("content.xml", limits)?
                .ok_or_else(|| FileError::Damaged {
                    what: WHAT,
                    reason: "the part content.xml is missing".to_owned(),
                })?;
        Ok(Part::new(bytes, WHAT))
    }

    /// Names of the tables, and whether their style hides them.
    fn list(&self, limits: &Limits) -> Result<Vec<Sheet>, FileError> {
        let mut xml = self.content(limits)?;
        let mut sheets = Vec::new();
        let mut style = String::new();
        let mut hiding: Vec<String> = Vec::new();
        let mut depth = 0_usize;
        loop {
            match xml.next()? {
                Event::Start(tag) if is_table(&tag) => {
                    depth += 1;
                    if depth == 1 && sheets.len() < LISTED {
                        sheets.push(listed(&tag, &hiding));
                    }
                }
                Event::Empty(tag) if is_table(&tag) && depth == 0 => {
                    sheets.push(listed(&tag, &hiding));
                }
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    "style" => style = xml::attribute(&tag, "name").unwrap_or_default(),
                    "table-properties"
                        if hiding.len() < LISTED
                            && xml::attribute(&tag, "display")
                                .is_some_and(|shown| shown == "false") =>
                    {
                        hiding.push(style.clone());
                    }
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == "table" => {
                    depth = depth.saturating_sub(1);
                }
                Event::Eof => return Ok(sheets),
                _ => {}
            }
        }
    }

    /// Begins to read a sheet.
    pub(crate) fn rows(&self, index: usize, limits: &Limits) -> Result<Rows, FileError> {
        let mut xml = self.content(limits)?;
        let mut seen = 0;
        let mut depth = 0_usize;
        loop {
            match xml.next()? {
                Event::Start(tag) if is_table(&tag) => {
                    depth += 1;
                    if depth == 1 {
                        if seen == index {
                            break;
                        }
                        seen += 1;
                    }
                }
                Event::Empty(tag) if is_table(&tag) && depth == 0 => seen += 1,
                Event::End(tag) if tag.local_name().as_ref() == "table" => {
                    depth = depth.saturating_sub(1);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        Ok(Rows {
            xml,
            row: 0,
            repeat: 0,
            repeated: Vec::new(),
            produced: 0,
            ended: false,
            columns: limits.columns,
        })
    }
}

fn is_table(tag: &BytesStart<'_>) -> bool {
    tag.local_name().as_ref() == "table"
}

fn listed(tag: &BytesStart<'_>, hiding: &[String]) -> Sheet {
    let style = xml::attribute(tag, "style-name").unwrap_or_default();
    Sheet {
        name: xml::attribute(tag, "name").unwrap_or_default(),
        hidden: hiding.contains(&style),
    }
}

/// The rows of one sheet.
pub(crate) struct Rows {
    xml: Part,
    row: u64,
    /// How often the last filled row is still to be delivered.
    repeat: u64,
    repeated: Vec<(u32, String)>,
    produced: u64,
    ended: bool,
    columns: usize,
}

impl Rows {
    /// Reads the next row; `false` at the end of the sheet.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<bool, FileError> {
        if self.repeat == 0 && !self.read(row)? {
            return Ok(false);
        }
        if self.row >= SHEET_ROWS {
            return Ok(false);
        }
        self.repeat -= 1;
        self.row += 1;
        row.begin(self.row);
        if self.repeat > 0 {
            self.produced += self.repeated.len() as u64;
        }
        if self.produced > REPEATED_CELLS {
            let limit = format!("{} million cells", REPEATED_CELLS / 1_000_000);
            return Err(FileError::UnpacksTooLarge { limit });
        }
        row.cells.clone_from(&self.repeated);
        Ok(true)
    }

    /// Reads row tags up to the next one that has a filled cell.
    fn read(&mut self, row: &mut Row) -> Result<bool, FileError> {
        while !self.ended {
            match self.xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "table-row" => {
                    let times = repetition(&tag, "number-rows-repeated");
                    self.cells(row)?;
                    if self.repeated.is_empty() {
                        self.row = self.row.saturating_add(times);
                    } else {
                        self.repeat = times;
                        return Ok(true);
                    }
                }
                Event::Empty(tag) if tag.local_name().as_ref() == "table-row" => {
                    self.row = self
                        .row
                        .saturating_add(repetition(&tag, "number-rows-repeated"));
                }
                Event::End(tag) if tag.local_name().as_ref() == "table" => self.ended = true,
                Event::Eof => self.ended = true,
                _ => {}
            }
        }
        Ok(false)
    }

    /// Reads the cells of one row tag.
    fn cells(&mut self, row: &mut Row) -> Result<(), FileError> {
        self.repeated.clear();
        let mut column: u64 = 0;
        loop {
            let (times, written) = match self.xml.next()? {
                Event::Start(tag) if is_cell(&tag) => {
                    let times = repetition(&tag, "number-columns-repeated");
                    let covered = tag.local_name().as_ref() == "covered-table-cell";
                    let written = Written::of(&tag);
                    let text = cell_text(&mut self.xml)?;
                    row.missing_value |=
                        written.formula && text.is_empty() && written.value.is_none();
                    (
                        times,
                        if covered {
                            String::new()
                        } else {
                            written.show(text)
                        },
                    )
                }
                Event::Empty(tag) if is_cell(&tag) => {
                    let times = repetition(&tag, "number-columns-repeated");
                    (times, Written::of(&tag).show(String::new()))
                }
                Event::End(tag) if tag.local_name().as_ref() == "table-row" => return Ok(()),
                Event::Eof => {
                    self.ended = true;
                    return Ok(());
                }
                _ => continue,
            };
            if written.is_empty() {
                column = column.saturating_add(times);
                continue;
            }
            if column.saturating_add(times) > self.columns as u64 {
                return Err(FileError::TooManyColumns {
                    line: self.row + 1,
                    limit: self.columns,
                });
            }
            for _ in 0..times {
                self.repeated.push((column as u32, written.clone()));
                column += 1;
            }
            self.produced += times - 1;
        }
    }
}

fn is_cell(tag: &BytesStart<'_>) -> bool {
    matches!(
        tag.local_name().as_ref(),
        "table-cell" | "covered-table-cell"
    )
}

fn repetition(tag: &BytesStart<'_>, name: &str) -> u64 {
    xml::attribute(tag, name)
        .and_then(|times| times.parse().ok())
        .unwrap_or(1)
        .max(1)
}

/// What the tag of a cell says about its value.
struct Written {
    kind: String,
    value: Option<String>,
    formula: bool,
}

impl Written {
    fn of(tag: &BytesStart<'_>) -> Self {
        let kind = xml::attribute(tag, "value-type").unwrap_or_default();
        let name = match kind.as_str() {
            "date" => "date-value",
            "time" => "time-value",
            "boolean" => "boolean-value",
            "string" => "string-value",
            _ => "value",
        };
        Self {
            value: xml::attribute(tag, name),
            formula: xml::attribute(tag, "formula").is_some(),
            kind,
        }
    }

    fn show(&self, text: String) -> String {
        match (self.kind.as_str(), &self.value) {
            ("date", Some(value)) => value::iso_moment(value),
            ("time", Some(value)) => clock(value).unwrap_or(text),
            ("boolean", Some(value)) => value.to_ascii_uppercase(),
            ("float" | "percentage" | "currency", Some(_)) if text.starts_with('#') => text,
            ("float" | "percentage" | "currency", Some(value)) => {
                let number = value::number(value, &Shown::Plain, false);
                // Leading zeros and a plus sign are what the person sees and means.
                let trimmed = text.trim_start_matches(['+', '0']);
                if text != number && !trimmed.is_empty() && trimmed == number {
                    text
                } else {
                    number
                }
            }
            ("string", Some(value)) if text.is_empty() => value.clone(),
            _ => text,
        }
    }
}

/// `PT08H30M00S` as `08:30:00`.
fn clock(value: &str) -> Option<String> {
    let rest = value.strip_prefix("PT")?;
    let (hours, rest) = rest.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
    let two = |part: &str| part.parse::<u32>().ok().map(|part| format!("{part:02}"));
    Some(format!(
        "{}:{}:{}",
        two(hours)?,
        two(minutes)?,
        two(seconds)?
    ))
}

/// The paragraphs of a cell, without its notes.
fn cell_text(xml: &mut Part) -> Result<String, FileError> {
    let mut text = String::new();
    let (mut paragraphs, mut inside, mut aside) = (0_u32, 0_u32, 0_u32);
    let mut depth = 0_u32;
    loop {
        match xml.next()? {
            Event::Start(tag) => {
                depth += 1;
                match tag.local_name().as_ref() {
                    "annotation" | "shapes" | "frame" | "custom-shape" => aside += 1,
                    "p" | "h" if aside == 0 => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                        inside += 1;
                    }
                    name if aside == 0 && inside > 0 => append_space(name, &tag, &mut text),
                    _ => {}
                }
            }
            Event::Empty(tag) if aside == 0 => match tag.local_name().as_ref() {
                "p" | "h" => {
                    if paragraphs > 0 {
                        text.push('\n');
                    }
                    paragraphs += 1;
                }
                name if inside > 0 => append_space(name, &tag, &mut text),
                _ => {}
            },
            Event::End(tag) => {
                if depth == 0 {
                    return Ok(text);
                }
                depth -= 1;
                match tag.local_name().as_ref() {
                    "annotation" | "shapes" | "frame" | "custom-shape" => {
                        aside = aside.saturating_sub(1);
                    }
                    "p" | "h" if aside == 0 => inside = inside.saturating_sub(1),
                    _ => {}
                }
            }
            Event::Text(content) if inside > 0 && aside == 0 => {
                text.push_str(&content.xml10_content());
            }
            Event::CData(content) if inside > 0 && aside == 0 => text.push_str(&content),
            Event::GeneralRef(reference) if inside > 0 && aside == 0 => {
                xml::append_reference(&reference, &mut text);
            }
            Event::Eof => return Ok(text),
            _ => {}
        }
    }
}

/// Blanks, tabs and line breaks are tags of their own.
fn append_space(name: &str, tag: &BytesStart<'_>, text: &mut String) {
    match name {
        "s" => {
            let count = xml::attribute(tag, "c")
                .and_then(|count| count.parse().ok())
                .unwrap_or(1);
            text.extend(std::iter::repeat_n(' ', usize::min(count, 1000)));
        }
        "tab" => text.push('\t'),
        "line-break" => text.push('\n'),
        _ => {}
    }
}
