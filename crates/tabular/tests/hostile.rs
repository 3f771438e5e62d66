//! Files made to hurt: each is refused with a reason or read within bounds, and quickly.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests may fail loudly"
)]

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::write::GzEncoder;
use tabular::{FileError, ReadOptions, Record, detect, open};
use zip::write::SimpleFileOptions;

/// Rows read and the faults among them.
#[derive(Debug, Default)]
struct Read {
    rows: u64,
    faults: u64,
    widest: usize,
}

fn read(bytes: &[u8]) -> Result<Read, FileError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.flush().unwrap();
    let options = ReadOptions::default();
    let layout = detect(file.path(), &options)?;
    let mut reader = open(file.path(), &layout, &options.limits)?;
    let mut record = Record::new();
    let mut read = Read::default();
    while reader.next(&mut record)? {
        read.rows += 1;
        read.faults += u64::from(record.fault().is_some());
        read.widest = read.widest.max(record.len());
    }
    Ok(read)
}

fn refused(bytes: &[u8]) -> &'static str {
    read(bytes).expect_err("the file must be refused").code()
}

fn gzip(parts: &[(&[u8], usize)]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    for (part, times) in parts {
        for _ in 0..*times {
            encoder.write_all(part).unwrap();
        }
    }
    encoder.finish().unwrap()
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook of one sheet with this XML in its sheet, shared strings and nothing else.
fn workbook(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    let relations = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
    zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        (
            "xl/workbook.xml",
            br#"<workbook><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

fn spreadsheet(content: &str) -> Vec<u8> {
    zipped(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn an_unclosed_quote_costs_one_row_of_a_large_file() {
    let mut text = b"id,name,note\n1,\"Ann,x\n".to_vec();
    for number in 2..300_000 {
        writeln!(text, "{number},Name {number},note {number}").unwrap();
    }
    let read = read(&text).unwrap();
    assert_eq!((read.rows, read.faults), (299_999, 1));
}

#[test]
fn an_unclosed_quote_in_every_line_is_read_line_by_line() {
    let mut text = b"id,name,note\n".to_vec();
    for number in 0..200_000 {
        writeln!(text, "{number},\"Name {number},note").unwrap();
    }
    let started = Instant::now();
    let read = read(&text).unwrap();
    assert_eq!(read.rows, 200_000);
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_line_full_of_stray_quotes_takes_linear_time() {
    for pattern in ["\"a", "a\",\"b\"c,", "\"\"\"x", "\"\",\"", "\\\"", "\"\n"] {
        let mut text = b"id,name\n1,\"".to_vec();
        text.extend(pattern.repeat(900_000 / pattern.len()).into_bytes());
        text.extend(b"\n2,Bob\n");
        let started = Instant::now();
        // Whether it is read or refused does not matter here.
        let _ = read(&text);
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{pattern:?} took {:?}",
            started.elapsed()
        );
    }
}

#[test]
fn a_quote_that_never_closes_in_a_file_without_lines_is_named() {
    let mut text = b"id,name\n1,\"".to_vec();
    text.resize(20 << 20, b'x');
    assert_eq!(refused(&text), "line_too_long");
}

#[test]
fn one_endless_line_in_gzip_is_refused() {
    let noise: Vec<u8> = (0..1 << 20)
        .map(|index: u32| b'a' + (index.wrapping_mul(2_654_435_761) >> 24) as u8 % 26)
        .collect();
    assert_eq!(
        refused(&gzip(&[(b"a,b\n", 1), (&noise, 20)])),
        "line_too_long"
    );
}

#[test]
fn a_gzip_bomb_is_refused() {
    assert_eq!(
        refused(&gzip(&[(b"a,b\n", 1), (&b"1,2\n".repeat(1 << 18), 40)])),
        "unpacks_too_large"
    );
}

#[test]
fn a_million_columns_are_refused_with_the_line() {
    let mut text = b"a,b\n1,2\n".to_vec();
    text.extend(b"x,".repeat(1_000_000));
    let error = read(&text).expect_err("too many columns");
    assert_eq!(error.code(), "too_many_columns_in_line");
    assert!(error.to_string().contains("line 3"), "{error}");
}

#[test]
fn a_cell_at_the_far_corner_costs_nothing() {
    let sheet = br#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="B1" t="inlineStr"><is><t>Phone</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Ann</t></is></c><c r="B2"><v>2.7821234567E10</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    let started = Instant::now();
    let read = read(&workbook(sheet, b"<sst/>")).unwrap();
    assert_eq!((read.rows, read.widest), (2, 16_384));
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn many_rows_with_a_far_cell_meet_a_limit() {
    let mut sheet = b"<worksheet><sheetData>".to_vec();
    for row in 1..20_000 {
        write!(
            sheet,
            "<row r=\"{row}\"><c r=\"XFD{row}\"><v>1</v></c></row>"
        )
        .unwrap();
    }
    sheet.extend(b"</sheetData></worksheet>");
    assert_eq!(refused(&workbook(&sheet, b"<sst/>")), "unpacks_too_large");
}

#[test]
fn entities_are_not_expanded() {
    let strings = br#"<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>Name</t></si><si><t>&b;&x;</t></si></sst>"#;
    let sheet = br#"<worksheet><sheetData><row r="1"><c t="s"><v>0</v></c></row><row r="2"><c t="s"><v>1</v></c></row></sheetData></worksheet>"#;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&workbook(sheet, strings)).unwrap();
    let mut output = Vec::new();
    tabular::write_json(file.path(), &ReadOptions::default(), &mut output).unwrap();
    let text = String::from_utf8(output).unwrap();
    assert!(
        text.contains("&b;&x;") && !text.contains("root:") && !text.contains("aaaa"),
        "{text}"
    );
}

#[test]
fn shared_strings_that_unpack_too_far_are_refused() {
    let mut strings = b"<sst><si><t>".to_vec();
    strings.resize(40 << 20, b'a');
    strings.extend(b"</t></si></sst>");
    let sheet =
        br#"<worksheet><sheetData><row r="1"><c t="s"><v>0</v></c></row></sheetData></worksheet>"#;
    assert_eq!(refused(&workbook(sheet, &strings)), "unpacks_too_large");
}

#[test]
fn a_sheet_of_repeated_rows_that_packs_too_well_is_refused() {
    let mut sheet = b"<worksheet><sheetData>".to_vec();
    sheet.extend(b"<row><c><v>1</v></c><c><v>2</v></c></row>".repeat(600_000));
    sheet.extend(b"</sheetData></worksheet>");
    assert_eq!(refused(&workbook(&sheet, b"<sst/>")), "unpacks_too_large");
}

#[test]
fn repetitions_of_a_spreadsheet_meet_a_limit() {
    let cell = r#"<table:table-cell office:value-type="string" table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell>"#;
    let content = format!(
        r#"<office:spreadsheet><table:table table:name="S"><table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row></table:table></office:spreadsheet>"#
    );
    assert_eq!(refused(&spreadsheet(&content)), "unpacks_too_large");
    let content = content.replace("16000", "4000000000");
    assert_eq!(refused(&spreadsheet(&content)), "too_many_columns_in_line");
}

#[test]
fn empty_repetitions_cost_nothing() {
    let cell =
        r#"<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>"#;
    let header = cell.replace(">x<", ">Name<");
    let content = format!(
        r#"<office:spreadsheet><table:table table:name="S"><table:table-row>{header}</table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row><table:table-row>{cell}</table:table-row></table:table></office:spreadsheet>"#
    );
    assert_eq!(read(&spreadsheet(&content)).unwrap().rows, 1);
}

#[test]
fn an_archive_of_archives_is_not_unpacked_again() {
    let inner = zipped(&[("a.csv", b"a,b\n1,2\n")]);
    assert_eq!(
        refused(&zipped(&[("inner.zip", &inner)])),
        "looks_like_archive"
    );
    assert_eq!(
        refused(&gzip(&[(&gzip(&[(b"a,b\n1,2\n", 1)]), 1)])),
        "looks_like_archive"
    );
}

#[test]
fn an_archive_of_100_000_entries_is_refused() {
    let names: Vec<String> = (0..20_000).map(|number| format!("{number}.csv")).collect();
    let entries: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), b"a\n".as_slice()))
        .collect();
    let started = Instant::now();
    assert_eq!(refused(&zipped(&entries)), "unpacks_too_large");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn paths_that_climb_out_of_an_archive_are_left_out() {
    let bytes = zipped(&[
        ("../../evil.csv", b"a,b\n1,2\n"),
        ("people.csv", b"name,phone\nAnn,+27821234567\n"),
    ]);
    assert_eq!(read(&bytes).unwrap().rows, 1);
    assert_eq!(
        refused(&zipped(&[("../evil.csv", b"a,b\n1,2\n")])),
        "no_table_in_archive"
    );
}

#[test]
fn cut_and_altered_files_never_crash() {
    let sheet = br#"<worksheet><sheetData><row r="1"><c t="s"><v>0</v></c><c r="B1" s="1"><v>45000</v></c></row><row r="2"><c t="s"><v>1</v></c></row></sheetData></worksheet>"#;
    let book = workbook(
        sheet,
        b"<sst><si><t>Name</t></si><si><r><t>Ann</t></r></si></sst>",
    );
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/read");
    let old = std::fs::read(fixtures.join("old-excel.xls")).unwrap();
    let calc = std::fs::read(fixtures.join("calc.ods")).unwrap();
    let text = "name;note\r\n\"Ann\";\"x \"\"y\"\r\nJürgen;\u{feff}\0\n"
        .as_bytes()
        .to_vec();
    let mut seed = 1_u64;
    for original in [&book, &old, &calc, &text] {
        for round in 0..300 {
            let mut bytes = original.clone();
            for _ in 0..=round % 7 {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let place = (seed >> 33) as usize % bytes.len();
                bytes[place] = (seed >> 24) as u8;
            }
            if round % 5 == 0 {
                bytes.truncate((seed >> 40) as usize % original.len());
            }
            // Any answer is right, as long as there is one.
            let _ = read(&bytes);
        }
    }
}
