//! What the operator chose is kept, whatever the file looks like.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use std::io::Write;
use std::path::{Path, PathBuf};

use tabular::{
    FileError, HeaderChoice, Layout, Limits, Quote, ReadOptions, Record, SheetChoice, detect, open,
};

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.flush().unwrap();
    file
}

fn rows(path: &Path, layout: &Layout) -> Vec<(u64, Vec<String>)> {
    let mut reader = open(path, layout, &Limits::default()).unwrap();
    let mut record = Record::new();
    let mut rows = Vec::new();
    while reader.next(&mut record).unwrap() {
        rows.push((record.row(), record.iter().map(str::to_owned).collect()));
    }
    rows
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/read")
        .join(name)
}

#[test]
fn a_chosen_header_row_is_kept_and_rows_keep_their_numbers() {
    let file = file(b"Ann,1\n\nName,Phone\n\nBob,2\n,\nCy,3\n");
    let options = ReadOptions {
        header_row: HeaderChoice::Row(3),
        ..ReadOptions::default()
    };
    let layout = detect(file.path(), &options).unwrap();
    let expected = vec![
        (5, vec!["Bob".to_owned(), "2".to_owned()]),
        (7, vec!["Cy".to_owned(), "3".to_owned()]),
    ];
    assert_eq!(rows(file.path(), &layout), expected);
}

#[test]
fn a_header_row_beyond_the_end_is_refused() {
    let file = file(b"name,phone\nAnn,1\n");
    let options = ReadOptions {
        header_row: HeaderChoice::Row(9),
        ..ReadOptions::default()
    };
    let layout = detect(file.path(), &options).unwrap();
    let error = open(file.path(), &layout, &options.limits).unwrap_err();
    assert!(matches!(
        error,
        FileError::HeaderRowOutOfRange { row: 9, rows: 2 }
    ));
}

#[test]
fn chosen_encoding_delimiter_and_quote_are_kept() {
    let file = file("name,phone\nJos\u{e9},\"1\"\n".as_bytes());
    let options = ReadOptions {
        encoding: Some("windows-1252".to_owned()),
        delimiter: Some(";".to_owned()),
        quote: Some(Quote::None),
        header_row: HeaderChoice::None,
        ..ReadOptions::default()
    };
    let layout = detect(file.path(), &options).unwrap();
    let expected = vec![
        (1, vec!["name,phone".to_owned()]),
        (2, vec!["JosÃ©,\"1\"".to_owned()]),
    ];
    assert_eq!(rows(file.path(), &layout), expected);
}

#[test]
fn a_sheet_is_chosen_by_name_or_number_or_refused_by_name() {
    let path = fixture("preamble-and-gaps.xlsx");
    let choose = |sheet| ReadOptions {
        sheet: Some(sheet),
        ..ReadOptions::default()
    };
    let named = detect(&path, &choose(SheetChoice::Name("other".to_owned()))).unwrap();
    let numbered = detect(&path, &choose(SheetChoice::Number(2))).unwrap();
    assert_eq!(named.sheet.as_deref(), Some("Other"));
    assert_eq!(named, numbered);
    let error = detect(&path, &choose(SheetChoice::Number(3))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no sheet 3: the workbook has Sheet, Other"
    );
}

#[test]
fn a_file_over_the_upload_limit_is_refused() {
    let limits = Limits {
        upload_bytes: 5 << 20,
        ..Limits::default()
    };
    let options = ReadOptions {
        limits,
        ..ReadOptions::default()
    };
    let file = file(&b"name,phone\n".repeat(500_000));
    let error = detect(file.path(), &options).unwrap_err();
    assert_eq!(error.code(), "too_large");
    assert!(error.to_string().contains("5 MiB"));
}
