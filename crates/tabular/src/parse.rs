//! Cutting text into records: strict where the text is clean, forgiving where it is broken.
//!
//! BE ADVISED: a quoted cell may span lines, so a quote that is never closed could swallow the rest of
//! the file. A cell that spans lines is therefore believed only if its closing quote is followed by a
//! delimiter or a line end; the first quote inside it that is neither doubled nor closing proves it
//! wrong. Then the line is read alone, its opening quote as an ordinary character, and the record is
//! marked. Each search ends at the next quote of odd length or at the cell limit, so that the work stays
//! linear however the quotes are arranged.

use memchr::{memchr, memchr2};

use crate::dialect::Dialect;
use crate::line::{Line, count_lines};
use crate::record::{Fault, Record};

/// What came of an attempt to take one record off the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The text ends before the record does; more is needed.
    More,
    /// A record of this many bytes over this many lines was taken.
    Taken { bytes: usize, lines: u64 },
    /// There is nothing left.
    End,
}

/// Cuts text into records by one dialect.
#[derive(Debug, Clone)]
pub(crate) struct Parser {
    delimiter: String,
    first: u8,
    quote: Option<char>,
    quote_byte: u8,
    escape: Option<u8>,
    blank_before_quote: bool,
    cell_bytes: usize,
    /// Number of columns of the table, once known; decides between two readings of a broken line.
    columns: Option<usize>,
}

/// How a quote inside a quoted cell is read when it neither doubles nor closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stray {
    /// It is an ordinary character and the cell goes on to a proper closing quote.
    Kept,
    /// As before, even directly behind the opening quote.
    AlwaysKept,
    /// It closes the cell, and what follows up to the delimiter is appended.
    Closing,
}

/// Where a quoted cell ends.
enum Quoted {
    /// At this place, just behind the cell.
    Closed(usize),
    /// Nowhere within reach.
    Unclosed,
    /// The text must grow before that can be told.
    More,
}

impl Parser {
    pub(crate) fn new(dialect: &Dialect, cell_bytes: usize) -> Self {
        let quote = dialect.quote.filter(char::is_ascii);
        Self {
            delimiter: dialect.delimiter.clone(),
            first: dialect
                .delimiter
                .as_bytes()
                .first()
                .copied()
                .unwrap_or(b','),
            quote: dialect.quote,
            quote_byte: quote.map_or(0, |quote| quote as u8),
            escape: dialect
                .escape
                .filter(char::is_ascii)
                .map(|escape| escape as u8),
            blank_before_quote: dialect.blank_before_quote,
            cell_bytes,
            columns: None,
        }
    }

    /// Tells the parser how many columns the table has.
    pub(crate) fn expect_columns(&mut self, columns: usize) {
        self.columns = (columns > 0).then_some(columns);
    }

    /// Takes one record off the front of `text`; `ended` says that nothing follows it.
    pub(crate) fn step(&self, text: &str, ended: bool, record: &mut Record) -> Step {
        record.clear();
        if text.is_empty() {
            return if ended { Step::End } else { Step::More };
        }
        let bytes = text.as_bytes();
        let Some(line) = Line::find(bytes, 0, ended) else {
            return Step::More;
        };
        let content = text.get(..line.end).unwrap_or_default();
        if self.is_plain(content.as_bytes()) {
            self.split_plain(content, record);
            return Step::Taken {
                bytes: line.next,
                lines: 1,
            };
        }
        self.step_quoted(text, ended, line, record)
    }

    /// Takes the first line alone, when its record would be longer than allowed; `None` when that line is
    /// itself too long.
    pub(crate) fn step_alone(&self, text: &str, record: &mut Record) -> Option<Step> {
        let line = Line::find(text.as_bytes(), 0, false)?;
        self.alone(text, line, record);
        Some(Step::Taken {
            bytes: line.next,
            lines: 1,
        })
    }

    /// Whether no character of the line means anything but itself.
    fn is_plain(&self, line: &[u8]) -> bool {
        match (self.quote, self.escape) {
            (Some(_), Some(escape)) => memchr2(self.quote_byte, escape, line).is_none(),
            (Some(_), None) => memchr(self.quote_byte, line).is_none(),
            (None, Some(escape)) => memchr(escape, line).is_none(),
            (None, None) => true,
        }
    }

    fn split_plain(&self, line: &str, record: &mut Record) {
        if self.delimiter.len() == 1 {
            record.push_line(line, self.first);
            return;
        }
        let mut at = 0;
        loop {
            let end = self.find_delimiter(line.as_bytes(), at, line.len());
            record.push(line.get(at..end).unwrap_or_default());
            if end >= line.len() {
                return;
            }
            at = end + self.delimiter_length(line.as_bytes(), end);
        }
    }

    fn step_quoted(&self, text: &str, ended: bool, line: Line, record: &mut Record) -> Step {
        let Some(first) = self.attempt(text, ended, line, Stray::Kept, record) else {
            return Step::More;
        };
        let fits = |record: &Record| self.columns.is_none_or(|columns| record.len() == columns);
        if record.holds(Fault::StrayQuote) && !fits(record) {
            let mut other = Record::new();
            for stray in [Stray::Closing, Stray::AlwaysKept] {
                if let Some(step) = self.attempt(text, ended, line, stray, &mut other)
                    && fits(&other)
                {
                    record.clone_from(&other);
                    return step;
                }
            }
        }
        if let Step::Taken { lines, bytes } = first
            && lines > 1
            && self.is_doubtful(text.get(..bytes).unwrap_or_default(), line, record)
        {
            record.clear();
            self.alone(text, line, record);
            return Step::Taken {
                bytes: line.next,
                lines: 1,
            };
        }
        first
    }

    /// Whether a record over several lines is rather an unclosed quote: its first line alone has the
    /// columns of the table and the whole has not, or each line in between is a row by itself.
    fn is_doubtful(&self, text: &str, line: Line, record: &Record) -> bool {
        let Some(columns) = self.columns.filter(|&columns| columns > 1) else {
            return false;
        };
        if record.len() != columns {
            let mut alone = Record::new();
            self.alone(text, line, &mut alone);
            return alone.len() == columns;
        }
        if columns < 3 {
            return false;
        }
        let mut rows = 0;
        let inner = text.get(line.next..).unwrap_or_default();
        let last = inner
            .trim_end_matches(['\r', '\n'])
            .rfind(['\r', '\n'])
            .unwrap_or(0);
        for between in inner.get(..last).unwrap_or_default().split(['\r', '\n']) {
            if between.is_empty() {
                continue;
            }
            if memchr(self.quote_byte, between.as_bytes()).is_some() {
                return false;
            }
            if between.matches(self.delimiter.as_str()).count() + 1 != columns {
                return false;
            }
            rows += 1;
        }
        rows >= 2
    }

    /// Reads one line by itself, its unclosed quotes as ordinary characters.
    fn alone(&self, text: &str, line: Line, record: &mut Record) {
        record.clear();
        let content = text.get(..line.end).unwrap_or_default();
        // A line that has ended never asks for more text.
        let _ = self.attempt(
            content,
            true,
            Line {
                end: line.end,
                next: line.end,
            },
            Stray::Kept,
            record,
        );
        record.mark(Fault::UnclosedQuote);
    }

    /// Reads one record; `None` when the text must grow first.
    fn attempt(
        &self,
        text: &str,
        ended: bool,
        first: Line,
        stray: Stray,
        record: &mut Record,
    ) -> Option<Step> {
        record.clear();
        let bytes = text.as_bytes();
        let mut line = first;
        let mut lines = 1;
        let mut at = 0;
        let mut hopeless = false;
        loop {
            let opening = self.opening_quote(bytes, at, line.end);
            let mut end = None;
            if let Some(inside) = opening {
                let (cells, length) = (record.len(), record.text_len());
                match self.quoted(text, ended, inside, line, stray, &mut hopeless, record) {
                    Quoted::More => return None,
                    Quoted::Closed(behind) => end = Some(behind),
                    Quoted::Unclosed => {
                        record.truncate(cells, length);
                        record.mark(Fault::UnclosedQuote);
                    }
                }
            }
            let end = end.unwrap_or_else(|| self.unquoted(text, at, line.end, record));
            if end > line.end {
                lines += count_lines(bytes.get(line.end..end).unwrap_or_default());
                line = Line::find(bytes, end, ended)?;
            }
            if end >= line.end {
                return Some(Step::Taken {
                    bytes: line.next,
                    lines,
                });
            }
            at = end + self.delimiter_length(bytes, end);
        }
    }

    /// The place behind an opening quote at `at`, if there is one.
    fn opening_quote(&self, bytes: &[u8], at: usize, end: usize) -> Option<usize> {
        self.quote?;
        let cell = bytes.get(at..end)?;
        let blanks = if self.blank_before_quote {
            cell.iter().take_while(|&&byte| byte == b' ').count()
        } else {
            0
        };
        (cell.get(blanks) == Some(&self.quote_byte)).then_some(at + blanks + 1)
    }

    /// Reads a cell that is not quoted, up to the delimiter or the end of its line.
    fn unquoted(&self, text: &str, at: usize, end: usize, record: &mut Record) -> usize {
        record.open_cell();
        let behind = self.append_unquoted(text, at, end, record);
        record.close_cell();
        behind
    }

    fn append_unquoted(&self, text: &str, at: usize, end: usize, record: &mut Record) -> usize {
        let bytes = text.as_bytes();
        let mut from = at;
        let mut search = at;
        loop {
            let stop = self.find_delimiter(bytes, search, end);
            let escape = self.escape.and_then(|escape| {
                memchr(escape, bytes.get(search..stop)?).map(|place| search + place)
            });
            let Some(escape) = escape.filter(|&escape| self.escapes(bytes, escape, end)) else {
                if let Some(place) = escape {
                    // An escape before an ordinary character is itself an ordinary character.
                    search = place + 1;
                    if search <= stop {
                        continue;
                    }
                }
                record.append(text.get(from..stop).unwrap_or_default());
                return stop;
            };
            record.append(text.get(from..escape).unwrap_or_default());
            from = escape + 1;
            search = escape + 2;
        }
    }

    /// Whether the escape character at `at` makes its successor literal.
    fn escapes(&self, bytes: &[u8], at: usize, end: usize) -> bool {
        let Some(&next) = bytes.get(at + 1).filter(|_| at + 1 < end) else {
            return false;
        };
        next == self.quote_byte && self.quote.is_some()
            || Some(next) == self.escape
            || next == self.first
    }

    /// Reads a quoted cell from behind its opening quote.
    #[expect(
        clippy::too_many_arguments,
        reason = "the state of one attempt, passed to one place"
    )]
    fn quoted(
        &self,
        text: &str,
        ended: bool,
        inside: usize,
        line: Line,
        stray: Stray,
        hopeless: &mut bool,
        record: &mut Record,
    ) -> Quoted {
        let bytes = text.as_bytes();
        let reach = bytes.len().min(inside + self.cell_bytes + 1);
        let mut from = inside;
        let mut search = inside;
        let mut closing = 0;
        record.open_cell();
        loop {
            let Some(at) = self.find_quote(bytes, search, reach) else {
                return if reach == bytes.len() && !ended {
                    Quoted::More
                } else {
                    Quoted::Unclosed
                };
            };
            if at + 1 >= bytes.len() && !ended {
                return Quoted::More;
            }
            let next = bytes.get(at + 1).copied();
            if bytes.get(at) != Some(&self.quote_byte) {
                // The escape character: what follows is literal if it needed the escape.
                if next == Some(self.quote_byte) || next == self.escape {
                    record.append(text.get(from..at).unwrap_or_default());
                    from = at + 1;
                    search = at + 2;
                } else {
                    search = at + 1;
                }
                continue;
            }
            if next == Some(self.quote_byte) {
                record.append(text.get(from..=at).unwrap_or_default());
                from = at + 2;
                search = at + 2;
                continue;
            }
            if self.ends_cell(bytes, at + 1) {
                record.append(text.get(from..at).unwrap_or_default());
                record.close_cell();
                record.mark_quoted();
                return Quoted::Closed(at + 1);
            }
            if at > line.end {
                return Quoted::Unclosed;
            }
            record.mark(Fault::StrayQuote);
            let keeps = match stray {
                Stray::Kept => at > inside,
                Stray::AlwaysKept => true,
                Stray::Closing => false,
            };
            if keeps && !*hopeless {
                if closing <= at {
                    closing = self.closes_later(bytes, at + 1, line.end).unwrap_or(0);
                }
                if closing > at {
                    search = at + 1;
                    continue;
                }
                *hopeless = true;
            }
            record.append(text.get(from..at).unwrap_or_default());
            let behind = self.append_unquoted(text, at + 1, line.end, record);
            record.close_cell();
            return Quoted::Closed(behind);
        }
    }

    fn find_quote(&self, bytes: &[u8], from: usize, to: usize) -> Option<usize> {
        let within = bytes.get(from..to)?;
        let found = match self.escape {
            Some(escape) => memchr2(self.quote_byte, escape, within),
            None => memchr(self.quote_byte, within),
        };
        found.map(|place| from + place)
    }

    /// Where a properly closing quote follows on the same line.
    fn closes_later(&self, bytes: &[u8], from: usize, end: usize) -> Option<usize> {
        let mut from = from;
        loop {
            let at = from + memchr(self.quote_byte, bytes.get(from..end)?)?;
            if self.ends_cell(bytes, at + 1) {
                return Some(at);
            }
            from = at + 1;
        }
    }

    /// Whether a cell may end at `at`: a delimiter, a line end or the end of the text.
    fn ends_cell(&self, bytes: &[u8], at: usize) -> bool {
        match bytes.get(at) {
            None | Some(b'\n' | b'\r') => true,
            Some(&byte) => byte == self.first && self.delimiter_length(bytes, at) > 0,
        }
    }

    /// The next delimiter in `from..end`, or `end`.
    fn find_delimiter(&self, bytes: &[u8], from: usize, end: usize) -> usize {
        let mut from = from;
        loop {
            let Some(rest) = bytes.get(from..end) else {
                return end;
            };
            let Some(place) = memchr(self.first, rest) else {
                return end;
            };
            let at = from + place;
            if self.delimiter.len() == 1 || self.delimiter_length(bytes, at) > 0 {
                return at;
            }
            from = at + 1;
        }
    }

    /// Length of the delimiter at `at`; 0 if there is none. The blank of `, ` may be missing at a line end.
    fn delimiter_length(&self, bytes: &[u8], at: usize) -> usize {
        let delimiter = self.delimiter.as_bytes();
        let Some(rest) = bytes.get(at..) else {
            return 0;
        };
        if rest.starts_with(delimiter) {
            return delimiter.len();
        }
        match delimiter {
            [first, b' '] if rest.first() == Some(first) => {
                usize::from(matches!(rest.get(1), None | Some(b'\n' | b'\r')))
            }
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests;
