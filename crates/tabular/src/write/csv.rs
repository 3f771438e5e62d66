//! Writing delimited text by RFC 4180, row by row.

use std::io::{self, Write};

use super::formula::neutralise;

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// Carriage return and line feed, as RFC 4180 has it.
    CrLf,
    /// Line feed.
    Lf,
}

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvFormat {
    /// What separates cells.
    pub delimiter: char,
    /// What wraps cells that need it.
    pub quote: char,
    /// What ends rows.
    pub line_end: LineEnd,
    /// Whether the file begins with a byte order mark, by which Excel recognises UTF-8.
    pub byte_order_mark: bool,
    /// Whether cells that begin like formulas are made harmless; off is for programs only.
    pub neutralise: bool,
}

impl Default for CsvFormat {
    fn default() -> Self {
        Self {
            delimiter: ',',
            quote: '"',
            line_end: LineEnd::CrLf,
            byte_order_mark: false,
            neutralise: true,
        }
    }
}

/// Writes rows of text to any output.
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    output: W,
    format: CsvFormat,
    line: String,
    started: bool,
}

impl<W: Write> CsvWriter<W> {
    /// A writer; give it a buffered output.
    pub fn new(output: W, format: CsvFormat) -> Self {
        Self {
            output,
            format,
            line: String::new(),
            started: false,
        }
    }

    /// Writes one row.
    pub fn write_row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        if !self.started {
            self.started = true;
            if self.format.byte_order_mark {
                self.output.write_all("\u{feff}".as_bytes())?;
            }
        }
        self.line.clear();
        let mut count = 0;
        for cell in cells {
            if count > 0 {
                self.line.push(self.format.delimiter);
            }
            count += 1;
            if self.format.neutralise {
                self.push_cell(&neutralise(cell));
            } else {
                self.push_cell(cell);
            }
        }
        if count == 1 && self.line.is_empty() {
            // One empty cell is not an empty line.
            self.line.extend([self.format.quote; 2]);
        }
        self.line.push_str(match self.format.line_end {
            LineEnd::CrLf => "\r\n",
            LineEnd::Lf => "\n",
        });
        self.output.write_all(self.line.as_bytes())
    }

    /// Flushes and gives the output back.
    pub fn finish(mut self) -> io::Result<W> {
        self.output.flush()?;
        Ok(self.output)
    }

    fn push_cell(&mut self, cell: &str) {
        let CsvFormat {
            delimiter, quote, ..
        } = self.format;
        let edge = |character: char| character == ' ' || "=+-@'\t\u{feff}".contains(character);
        let quoted = cell.contains([delimiter, quote, '\n', '\r'])
            || cell.starts_with(edge)
            || cell.ends_with(' ');
        if !quoted {
            self.line.push_str(cell);
            return;
        }
        self.line.push(quote);
        for character in cell.chars() {
            if character == quote {
                self.line.push(quote);
            }
            self.line.push(character);
        }
        self.line.push(quote);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: CsvFormat, rows: &[&[&str]]) -> String {
        let mut writer = CsvWriter::new(Vec::new(), format);
        for row in rows {
            writer.write_row(row.iter().copied()).unwrap();
        }
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn quotes_only_what_needs_it() {
        let text = written(
            CsvFormat::default(),
            &[&["a", "b,c", "d\"e", "f\ng", " h", ""]],
        );
        assert_eq!(text, "a,\"b,c\",\"d\"\"e\",\"f\ng\",\" h\",\r\n");
    }

    #[test]
    fn keeps_phones_and_neutralises_formulas() {
        let text = written(CsvFormat::default(), &[&["+27821234567", "=1+1", "-5"]]);
        assert_eq!(text, "\"+27821234567\",\"'=1+1\",\"'-5\"\r\n");
    }

    #[test]
    fn writes_a_mark_once_and_an_empty_row_visibly() {
        let format = CsvFormat {
            byte_order_mark: true,
            line_end: LineEnd::Lf,
            ..CsvFormat::default()
        };
        assert_eq!(written(format, &[&["a"], &[""]]), "\u{feff}a\n\"\"\n");
    }
}
