//! The parts of an XLSX beside its sheets: tables of contents, styles, shared strings.

use quick_xml::events::Event;

use super::strings::Strings;
use super::value::{self, Shown};
use super::xml::{self, Part};
use crate::archive::Archive;
use crate::error::FileError;
use crate::limits::Limits;

const WHAT: &str = "workbook";
/// Entries and styles that are remembered.
const LISTED: usize = 100_000;

/// One entry of a table of contents.
pub(crate) struct Relation {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) target: String,
}

/// Where the workbook is, by the archive's own table of contents.
pub(crate) fn workbook_part(archive: &Archive, limits: &Limits) -> Result<String, FileError> {
    let named = relations(archive, "_rels/.rels", "", limits)?
        .into_iter()
        .find(|relation| relation.kind.ends_with("/officeDocument"))
        .map(|relation| relation.target);
    Ok(named.unwrap_or_else(|| "xl/workbook.xml".to_owned()))
}

/// Reads a table of contents; targets are relative to `folder`.
pub(crate) fn relations(
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
pub(crate) fn join(folder: &str, target: &str) -> String {
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
pub(crate) fn styles(
    archive: &Archive,
    part: &str,
    limits: &Limits,
) -> Result<Vec<Shown>, FileError> {
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
pub(crate) fn shared_strings(
    archive: &Archive,
    part: &str,
    limits: &Limits,
) -> Result<Strings, FileError> {
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
pub(crate) fn rich_text(xml: &mut Part, outer: &str) -> Result<String, FileError> {
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
pub(crate) fn unescape(text: String) -> String {
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
