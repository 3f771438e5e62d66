//! What a file is, by its first bytes; never by its name.

/// Something that is not a table but is often uploaded as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// PDF document.
    Pdf,
    /// PNG, JPEG, GIF, TIFF, BMP or WebP picture.
    Picture,
    /// Apple Numbers document.
    Numbers,
    /// Word document.
    WordDocument,
    /// Presentation or another office document.
    OfficeDocument,
    /// HTML page, perhaps named `.xls`.
    Html,
    /// XML document, such as a 2003 spreadsheet.
    Xml,
    /// JSON document.
    Json,
    /// Rich text.
    RichText,
    /// `SQLite` database.
    Sqlite,
    /// Program.
    Program,
    /// Archive of a kind we do not unpack.
    Archive,
    /// Binary workbook in the `.xlsb` format.
    Xlsb,
    /// Apache Parquet, Arrow and the like.
    Columnar,
    /// Sound or video.
    Media,
    /// Bytes that are no text.
    Binary,
}

impl Foreign {
    /// The stable code of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pdf => "looks_like_pdf",
            Self::Picture => "looks_like_picture",
            Self::Numbers => "looks_like_numbers",
            Self::WordDocument => "looks_like_word",
            Self::OfficeDocument => "looks_like_office_document",
            Self::Html => "looks_like_html",
            Self::Xml => "looks_like_xml",
            Self::Json => "looks_like_json",
            Self::RichText => "looks_like_rich_text",
            Self::Sqlite => "looks_like_sqlite",
            Self::Program => "looks_like_program",
            Self::Archive => "looks_like_archive",
            Self::Xlsb => "looks_like_xlsb",
            Self::Columnar => "looks_like_parquet",
            Self::Media => "looks_like_media",
            Self::Binary => "looks_like_binary",
        }
    }

    /// What it is and what to do.
    pub fn message(self) -> &'static str {
        match self {
            Self::Pdf => {
                "this is a PDF document, not a table: export the list as CSV or XLSX where the PDF came from"
            }
            Self::Picture => "this is a picture, not a table: export the list as CSV or XLSX",
            Self::Numbers => {
                "this is an Apple Numbers document: in Numbers choose File, Export To, Excel or CSV"
            }
            Self::WordDocument => {
                "this is a Word document: copy its table into a spreadsheet and save it as XLSX or CSV"
            }
            Self::OfficeDocument => {
                "this is an office document but not a spreadsheet: save the list as XLSX or CSV"
            }
            Self::Html => {
                "this is a web page, perhaps named .xls: open it in a spreadsheet program and save it as XLSX or CSV"
            }
            Self::Xml => {
                "this is an XML document: open it in a spreadsheet program and save it as XLSX or CSV"
            }
            Self::Json => "this is a JSON document: export the list as CSV or XLSX",
            Self::RichText => {
                "this is a rich text document: copy its table into a spreadsheet and save it as XLSX or CSV"
            }
            Self::Sqlite => "this is a database file: export the table as CSV",
            Self::Program => "this is a program, not a table: choose a CSV file or a workbook",
            Self::Archive => {
                "this is an archive of a kind that is not unpacked here: unpack it and choose the file inside"
            }
            Self::Xlsb => "this is a binary workbook (XLSB): open it in Excel and save it as XLSX",
            Self::Columnar => "this is a columnar data file: export the table as CSV",
            Self::Media => {
                "this is a sound or video file, not a table: choose a CSV file or a workbook"
            }
            Self::Binary => {
                "this is not a text file and not a workbook: export the list as CSV or XLSX"
            }
        }
    }
}

/// What the first bytes of a file say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Text,
    Gzip,
    Zip,
    /// The container of old office documents, and of encrypted new ones.
    Compound,
    Foreign(Foreign),
}

const SIGNATURES: &[(usize, &[u8], Foreign)] = &[
    (0, b"%PDF-", Foreign::Pdf),
    (0, b"\x89PNG\r\n\x1a\n", Foreign::Picture),
    (0, b"\xff\xd8\xff", Foreign::Picture),
    (0, b"GIF87a", Foreign::Picture),
    (0, b"GIF89a", Foreign::Picture),
    (0, b"II*\0", Foreign::Picture),
    (0, b"MM\0*", Foreign::Picture),
    (8, b"WEBP", Foreign::Picture),
    (4, b"ftypheic", Foreign::Picture),
    (4, b"ftypavif", Foreign::Picture),
    (4, b"ftyp", Foreign::Media),
    (8, b"AVI ", Foreign::Media),
    (8, b"WAVE", Foreign::Media),
    (0, b"OggS", Foreign::Media),
    (0, b"ID3\x03", Foreign::Media),
    (0, b"ID3\x04", Foreign::Media),
    (0, b"\x1aE\xdf\xa3", Foreign::Media),
    (0, b"SQLite format 3\0", Foreign::Sqlite),
    (0, b"\x7fELF", Foreign::Program),
    (0, b"\xcf\xfa\xed\xfe", Foreign::Program),
    (0, b"\xca\xfe\xba\xbe", Foreign::Program),
    (0, b"\0asm", Foreign::Program),
    (0, b"7z\xbc\xaf\x27\x1c", Foreign::Archive),
    (0, b"Rar!\x1a\x07", Foreign::Archive),
    (0, b"\xfd7zXZ\0", Foreign::Archive),
    (0, b"\x28\xb5\x2f\xfd", Foreign::Archive),
    (0, b"\x04\x22\x4d\x18", Foreign::Archive),
    (257, b"ustar", Foreign::Archive),
    (0, b"PAR1", Foreign::Columnar),
    (0, b"ARROW1\0", Foreign::Columnar),
    (0, b"Obj\x01", Foreign::Columnar),
    (0, b"{\\rtf", Foreign::RichText),
];

/// Tells what a file is from its beginning.
pub(crate) fn identify(head: &[u8]) -> Content {
    if head.starts_with(b"\x1f\x8b") {
        return Content::Gzip;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Content::Zip;
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Content::Compound;
    }
    let controls = head.iter().take(64).any(|&byte| byte < 9);
    for &(offset, signature, foreign) in SIGNATURES {
        if is_word(signature) && !controls {
            // The name of a column may begin like a signature; a binary file has other bytes too.
            continue;
        }
        if head
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(signature))
        {
            return Content::Foreign(foreign);
        }
    }
    if is_program(head) {
        return Content::Foreign(Foreign::Program);
    }
    if head.starts_with(b"BZh") && head.get(4..10) == Some(b"1AY&SY".as_slice()) {
        return Content::Foreign(Foreign::Archive);
    }
    if head.starts_with(b"BM") && head.get(6..10) == Some(b"\0\0\0\0".as_slice()) {
        return Content::Foreign(Foreign::Picture);
    }
    markup(head).map_or(Content::Text, Content::Foreign)
}

/// Whether a signature consists of letters and digits, as a text may.
fn is_word(signature: &[u8]) -> bool {
    signature
        .iter()
        .all(|&byte| byte.is_ascii_alphanumeric() || b" !".contains(&byte))
        && !signature.starts_with(b"GIF8")
}

/// A DOS or Windows program: `MZ`, and bytes that no text has.
fn is_program(head: &[u8]) -> bool {
    head.starts_with(b"MZ") && head.iter().take(64).filter(|&&byte| byte == 0).count() > 8
}

/// How web pages begin.
const PAGE: &[&[u8]] = &[
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<table",
    b"<body",
    b"<meta",
    b"<script",
    b"<style",
    b"<div",
];

/// Recognises web pages, XML and JSON by their first visible characters.
fn markup(head: &[u8]) -> Option<Foreign> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = head.trim_ascii_start();
    let beginning: Vec<u8> = start.iter().take(512).map(u8::to_ascii_lowercase).collect();
    if PAGE.iter().any(|tag| beginning.starts_with(tag)) {
        return Some(Foreign::Html);
    }
    if beginning.starts_with(b"<?xml") || beginning.starts_with(b"<!--") {
        let page = memchr::memmem::find(&beginning, b"<html").is_some();
        return Some(if page { Foreign::Html } else { Foreign::Xml });
    }
    let json = match beginning.first()? {
        b'{' => serde_like(beginning.get(1..)?),
        b'[' => matches!(beginning.get(1..)?.trim_ascii_start().first(), Some(b'{')),
        _ => false,
    };
    json.then_some(Foreign::Json)
}

/// After `{` comes a quoted key and a colon, or the end.
fn serde_like(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    let Some(rest) = rest.strip_prefix(b"\"") else {
        return rest.starts_with(b"}");
    };
    let Some(end) = memchr::memchr(b'"', rest) else {
        return false;
    };
    rest.get(end + 1..)
        .is_some_and(|after| after.trim_ascii_start().starts_with(b":"))
}
