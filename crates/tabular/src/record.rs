//! One row of a file: its cells, where it stands, and what is wrong with it.

/// What is wrong with one row; the row is still delivered as far as it could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Bytes that the encoding has no character for; they became U+FFFD.
    BadBytes,
    /// A quote was opened and never closed; the row ends at its line end.
    UnclosedQuote,
    /// Text stands directly before an opening or after a closing quote.
    StrayQuote,
    /// More cells than the table has columns.
    TooManyColumns,
    /// Fewer cells than the table has columns.
    TooFewColumns,
}

impl Fault {
    const ALL: [Self; 5] = [
        Self::BadBytes,
        Self::UnclosedQuote,
        Self::StrayQuote,
        Self::TooManyColumns,
        Self::TooFewColumns,
    ];

    /// The stable code of this fault.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadBytes => "bad_bytes",
            Self::UnclosedQuote => "unclosed_quote",
            Self::StrayQuote => "stray_quote",
            Self::TooManyColumns => "too_many_columns",
            Self::TooFewColumns => "too_few_columns",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// One row: a reused text buffer, the ends of its cells in it, and its position in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    text: String,
    spans: Vec<(u32, u32)>,
    row: u64,
    line: u64,
    faults: u8,
    /// One bit for each of the first 64 cells: it was properly quoted.
    quoted: u64,
}

impl Record {
    /// An empty record, to be filled by [`crate::Reader::next`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Cell `index`, counted from 0; `None` beyond the last cell of this row.
    pub fn cell(&self, index: usize) -> Option<&str> {
        let &(start, end) = self.spans.get(index)?;
        self.text.get(start as usize..end as usize)
    }

    /// All cells, first to last.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        self.spans.iter().map(|&(start, end)| {
            self.text
                .get(start as usize..end as usize)
                .unwrap_or_default()
        })
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Whether every cell is empty or white space.
    pub fn is_blank(&self) -> bool {
        self.iter().all(|cell| cell.trim().is_empty())
    }

    /// Row number as a spreadsheet shows it, counted from 1, blank rows included.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// Physical line on which the row begins, counted from 1; the row number in a workbook.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The gravest fault of this row, if any.
    pub fn fault(&self) -> Option<Fault> {
        if self.faults == 0 {
            None
        } else {
            self.faults().next()
        }
    }

    /// Every fault of this row, gravest first.
    pub fn faults(&self) -> impl Iterator<Item = Fault> {
        let faults = self.faults;
        Fault::ALL
            .into_iter()
            .filter(move |fault| faults & fault.bit() != 0)
    }

    /// Empties the record and keeps its memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.faults = 0;
        self.quoted = 0;
    }

    /// Adds a cell at the end.
    pub fn push(&mut self, cell: &str) {
        self.open_cell();
        self.text.push_str(cell);
        self.close_cell();
    }

    /// The faults as bits, to be stored beside the cells.
    pub fn fault_bits(&self) -> u8 {
        self.faults
    }

    /// Makes an empty record that was stored earlier stand where it stood, with its faults; the cells
    /// follow with [`Record::push`].
    pub fn begin(&mut self, row: u64, line: u64, fault_bits: u8) {
        self.clear();
        self.place(row, line);
        self.faults = fault_bits;
    }

    /// Puts other text into a cell; a row that is too short gets the missing cells.
    pub fn replace(&mut self, index: usize, cell: &str) {
        self.pad(index + 1);
        let start = self.text.len() as u32;
        self.text.push_str(cell);
        if let Some(span) = self.spans.get_mut(index) {
            *span = (start, self.text.len() as u32);
        }
    }

    /// Forgets every fault, for a row whose cells a person has declared to be right.
    pub fn forgive(&mut self) {
        self.faults = 0;
    }

    pub(crate) fn place(&mut self, row: u64, line: u64) {
        self.row = row;
        self.line = line;
    }

    pub(crate) fn mark(&mut self, fault: Fault) {
        self.faults |= fault.bit();
    }

    /// Notes that the cell added last was properly quoted.
    pub(crate) fn mark_quoted(&mut self) {
        let bit = self.spans.len().wrapping_sub(1);
        if bit < 64 {
            self.quoted |= 1 << bit;
        }
    }

    /// Whether cell `index` was properly quoted; known for the first 64 cells.
    pub(crate) fn is_quoted(&self, index: usize) -> bool {
        index < 64 && self.quoted >> index & 1 == 1
    }

    /// Adds empty cells until there are `columns`.
    pub(crate) fn pad(&mut self, columns: usize) {
        if self.spans.len() < columns {
            let end = self.text.len() as u32;
            self.spans.resize(columns, (end, end));
        }
    }

    pub(crate) fn holds(&self, fault: Fault) -> bool {
        self.faults & fault.bit() != 0
    }

    /// The whole text of the row, cell after cell.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Length of the longest cell.
    pub(crate) fn longest(&self) -> usize {
        self.spans
            .iter()
            .map(|&(start, end)| (end - start) as usize)
            .max()
            .unwrap_or(0)
    }

    /// Starts a cell whose text is then appended with [`Self::append`].
    pub(crate) fn open_cell(&mut self) {
        let at = self.text.len() as u32;
        self.spans.push((at, at));
    }

    /// Appends to the cell that was opened last.
    pub(crate) fn append(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the cell that was opened last.
    pub(crate) fn close_cell(&mut self) {
        let at = self.text.len() as u32;
        if let Some(last) = self.spans.last_mut() {
            last.1 = at;
        }
    }

    /// Drops cells and text from `cells` on; the text goes back to `text` bytes.
    pub(crate) fn truncate(&mut self, cells: usize, text: usize) {
        self.spans.truncate(cells);
        self.text.truncate(text);
    }

    pub(crate) fn text_len(&self) -> usize {
        self.text.len()
    }

    /// Takes a whole line at once and cuts it at each `delimiter`.
    pub(crate) fn push_line(&mut self, line: &str, delimiter: u8) {
        let base = self.text.len() as u32;
        self.text.push_str(line);
        let mut start = base;
        for at in memchr::memchr_iter(delimiter, line.as_bytes()) {
            let end = base + at as u32;
            self.spans.push((start, end));
            start = end + 1;
        }
        self.spans.push((start, self.text.len() as u32));
    }
}
