//! How a file is built: what the operator chose, and what was found.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::limits::Limits;

/// What the operator chose before reading; everything left open is detected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Encoding by any of its usual names.
    pub encoding: Option<String>,
    /// Delimiter: one character, or several such as `, `.
    pub delimiter: Option<String>,
    /// Quote character, or none.
    pub quote: Option<Quote>,
    /// Where the header is.
    pub header_row: HeaderChoice,
    /// Which sheet of a workbook.
    pub sheet: Option<SheetChoice>,
    /// Bounds of the read.
    pub limits: Limits,
}

/// A chosen quote character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// Cells may be wrapped in this character.
    Char(char),
    /// No character quotes.
    None,
}

/// A chosen header row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HeaderChoice {
    /// Find it.
    #[default]
    Detect,
    /// The file has none.
    None,
    /// This row of the file, counted from 1.
    Row(u64),
}

/// A chosen sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetChoice {
    /// By its name.
    Name(String),
    /// By its place, counted from 1.
    Number(usize),
}

/// The kind of table file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text.
    Csv,
    /// Delimited text whose delimiter is the tab.
    Tsv,
    /// Office Open XML workbook.
    Xlsx,
    /// Binary workbook of old Excel versions.
    Xls,
    /// `OpenDocument` spreadsheet.
    Ods,
}

impl Format {
    /// The stable name, which is also the usual file extension.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
        }
    }

    /// Whether the file is a workbook with sheets.
    pub fn is_workbook(self) -> bool {
        match self {
            Self::Csv | Self::Tsv => false,
            Self::Xlsx | Self::Xls | Self::Ods => true,
        }
    }
}

/// What the table was packed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// A gzip stream.
    Gzip,
    /// This entry of a zip archive.
    Zip {
        /// Name of the entry.
        entry: String,
    },
}

/// How a file is built; enough to [`crate::open`] it again and get the same rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Kind of table.
    pub format: Format,
    /// What it was packed in.
    pub container: Option<Container>,
    /// Encoding by its WHATWG name in lower case; `utf-8` for workbooks.
    pub encoding: String,
    /// Why this encoding, in words.
    pub encoding_evidence: String,
    /// What separates cells; `None` in a workbook.
    pub delimiter: Option<String>,
    /// What wraps cells; `None` when nothing does.
    pub quote: Option<char>,
    /// What makes the next character literal, other than doubling the quote.
    pub escape: Option<char>,
    /// Whether blanks may stand between a delimiter and an opening quote.
    pub blank_before_quote: bool,
    /// Whether each whole line is wrapped in quotes once more.
    pub wrapped_lines: bool,
    /// Row of the header, counted from 1; `None` when there is none.
    pub header_row: Option<u64>,
    /// First row of the table: the header row, or the first data row.
    pub first_row: u64,
    /// Number of columns of the table.
    pub columns: usize,
    /// Name of the sheet that is read.
    pub sheet: Option<String>,
    /// Names of all visible sheets.
    pub sheets: Vec<String>,
    /// Rows above the header, as text.
    pub preamble: Vec<String>,
    /// Whether the detection is sure; if not, ask the person.
    pub certain: bool,
    /// What the person should know about the file as a whole.
    pub warnings: Vec<Warning>,
}

/// Something worth knowing about a line or, with line 0, about the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Physical line, or row of a sheet; 0 for the whole file.
    pub line: u64,
    /// Stable code.
    pub code: WarningCode,
    /// One sentence for people.
    pub message: Cow<'static, str>,
}

impl Warning {
    pub(crate) fn new(line: u64, code: WarningCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            line,
            code,
            message: message.into(),
        }
    }
}

/// The stable codes of [`Warning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningCode {
    /// Bytes without a character in the encoding.
    BadBytes,
    /// A quote that is never closed.
    UnclosedQuote,
    /// Text directly before or after a quote.
    StrayQuote,
    /// More cells than columns.
    TooManyColumns,
    /// Fewer cells than columns.
    TooFewColumns,
    /// More warnings of one code than are listed.
    MoreOfThis,
    /// Rows above the header were left out.
    Preamble,
    /// No header row was found.
    NoHeader,
    /// Two columns carry the same header.
    DuplicateHeader,
    /// A column has no header.
    BlankHeader,
    /// The text contains NUL characters.
    NulCharacters,
    /// The encoding is a guess.
    EncodingUncertain,
    /// The delimiter is a guess.
    DialectUncertain,
    /// The sheet is exactly as long as old programs cut it.
    RowsMayBeMissing,
    /// The workbook has more than one visible sheet.
    SeveralSheets,
    /// The chosen sheet is hidden.
    HiddenSheet,
    /// An archive entry was left out.
    EntryIgnored,
    /// The packed file ends too early.
    Truncated,
    /// Formulas without a stored result.
    FormulaWithoutValue,
}

impl WarningCode {
    /// The stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadBytes => "bad_bytes",
            Self::UnclosedQuote => "unclosed_quote",
            Self::StrayQuote => "stray_quote",
            Self::TooManyColumns => "too_many_columns",
            Self::TooFewColumns => "too_few_columns",
            Self::MoreOfThis => "more_of_this",
            Self::Preamble => "preamble",
            Self::NoHeader => "no_header",
            Self::DuplicateHeader => "duplicate_header",
            Self::BlankHeader => "blank_header",
            Self::NulCharacters => "nul_characters",
            Self::EncodingUncertain => "encoding_uncertain",
            Self::DialectUncertain => "dialect_uncertain",
            Self::RowsMayBeMissing => "rows_may_be_missing",
            Self::SeveralSheets => "several_sheets",
            Self::HiddenSheet => "hidden_sheet",
            Self::EntryIgnored => "entry_ignored",
            Self::Truncated => "truncated",
            Self::FormulaWithoutValue => "formula_without_value",
        }
    }
}
