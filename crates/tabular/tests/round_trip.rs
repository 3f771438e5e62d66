//! What is written is read back: with the dialect told, and with the dialect found.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail loudly"
)]

use proptest::prelude::*;
use tabular::{
    CsvFormat, CsvWriter, HeaderChoice, LineEnd, Quote, ReadOptions, Record, XlsxWriter, detect,
    open, restore,
};

fn write(rows: &[Vec<String>], format: CsvFormat) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut writer = CsvWriter::new(std::fs::File::create(file.path()).unwrap(), format);
    for row in rows {
        writer.write_row(row.iter().map(String::as_str)).unwrap();
    }
    writer.finish().unwrap();
    file
}

fn read(file: &tempfile::NamedTempFile, options: &ReadOptions) -> Vec<Vec<String>> {
    let layout = detect(file.path(), options).unwrap();
    let mut reader = open(file.path(), &layout, &options.limits).unwrap();
    let mut rows = Vec::new();
    if let Some(header) = reader.header() {
        rows.push(header.iter().map(str::to_owned).collect());
    }
    let mut record = Record::new();
    while reader.next_with_blanks(&mut record).unwrap() {
        rows.push(record.iter().map(str::to_owned).collect());
    }
    rows
}

fn format() -> impl Strategy<Value = CsvFormat> {
    let delimiters = prop::sample::select(vec![',', ';', '\t', '|', ':', '^', '~', '\u{1f}', '§']);
    let quotes = prop::sample::select(vec!['"', '\'']);
    let line_ends = prop::sample::select(vec![LineEnd::CrLf, LineEnd::Lf]);
    (delimiters, quotes, line_ends, any::<bool>(), any::<bool>()).prop_map(
        |(delimiter, quote, line_end, byte_order_mark, neutralise)| CsvFormat {
            delimiter,
            quote,
            line_end,
            byte_order_mark,
            neutralise,
        },
    )
}

fn told(format: CsvFormat) -> ReadOptions {
    ReadOptions {
        encoding: Some("utf-8".to_owned()),
        delimiter: Some(format.delimiter.to_string()),
        quote: Some(Quote::Char(format.quote)),
        header_row: HeaderChoice::None,
        ..ReadOptions::default()
    }
}

/// Any text but the mark that begins a file; the first cell is never blank, as blank files are refused.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = "[ a-zé漢\"',;|:\\^~§\\\\\t\n\r=+@-]{0,12}";
    (1_usize..6).prop_flat_map(move |columns| {
        prop::collection::vec(prop::collection::vec(cell, columns), 1..12).prop_map(|mut rows| {
            rows[0][0].insert(0, 'x');
            rows
        })
    })
}

/// A list of people as it might be typed, with a header.
fn people() -> impl Strategy<Value = Vec<Vec<String>>> {
    let person = (
        "[A-Z][a-z]{2,8}",
        "[A-Z][a-z]{2,8}",
        10_000_000_u32..99_999_999,
        0_u32..4,
    );
    prop::collection::vec(person, 3..40).prop_map(|people| {
        let header = ["First Name", "Last Name", "Email", "Phone", "Notes"];
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        for (first, last, number, notes) in people {
            let notes = match notes {
                0 => String::new(),
                1 => "likes tea, coffee; and \"cake\"".to_owned(),
                2 => "Unit 12B".to_owned(),
                _ => "two\nlines".to_owned(),
            };
            let email = format!("{first}.{last}@example.com").to_lowercase();
            rows.push(vec![first, last, email, format!("+27{number}"), notes]);
        }
        rows
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn reads_back_what_was_written_in_a_told_dialect(rows in table(), format in format()) {
        let read = read(&write(&rows, format), &told(format));
        let read: Vec<Vec<String>> = if format.neutralise {
            read.iter().map(|row| row.iter().map(|cell| restore(cell).to_owned()).collect()).collect()
        } else {
            read
        };
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn finds_the_dialect_of_a_list_of_people(rows in people(), format in format()) {
        let file = write(&rows, format);
        let layout = detect(file.path(), &ReadOptions::default()).unwrap();
        prop_assert_eq!(layout.delimiter, Some(format.delimiter.to_string()));
        prop_assert_eq!(layout.header_row, Some(1));
        let read = read(&file, &ReadOptions::default());
        prop_assert_eq!(read, rows);
    }
}

#[test]
fn reads_back_a_written_workbook() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut writer = XlsxWriter::new("People", ["Name", "Phone", "Notes"]).unwrap();
    writer
        .write_row(["Thandi Nkosi", "+27821234567", "=1+1"])
        .unwrap();
    writer
        .write_row(["", "00123", "two\nlines & <tags> _x000D_"])
        .unwrap();
    writer
        .finish(std::fs::File::create(file.path()).unwrap())
        .unwrap();
    let rows = read(&file, &ReadOptions::default());
    assert_eq!(rows[0], ["Name", "Phone", "Notes"]);
    assert_eq!(rows[1], ["Thandi Nkosi", "+27821234567", "=1+1"]);
    assert_eq!(rows[2], ["", "00123", "two\nlines & <tags> _x000D_"]);
}
