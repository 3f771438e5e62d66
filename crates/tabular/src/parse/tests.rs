//! Records of broken and of clean text.

use super::*;

fn rows(text: &str, columns: usize) -> Vec<(Vec<String>, u64, Option<Fault>)> {
    let mut parser = Parser::new(&Dialect::new(",", Some('"'), None), 1 << 20);
    parser.expect_columns(columns);
    let mut rows = Vec::new();
    let (mut at, mut line) = (0, 1);
    let mut record = Record::new();
    while let Step::Taken { bytes, lines } = parser.step(&text[at..], true, &mut record) {
        rows.push((
            record.iter().map(str::to_owned).collect(),
            line,
            record.fault(),
        ));
        at += bytes;
        line += lines;
    }
    rows
}

fn row(cells: &[&str], line: u64, fault: Option<Fault>) -> (Vec<String>, u64, Option<Fault>) {
    (
        cells.iter().map(|&cell| cell.to_owned()).collect(),
        line,
        fault,
    )
}

#[test]
fn reads_quoted_cells_over_several_lines() {
    let read = rows("a,b\r\n1,\"x\r\ny, \"\"z\"\"\"\r\n2,w", 2);
    let expected = [
        row(&["a", "b"], 1, None),
        row(&["1", "x\r\ny, \"z\""], 2, None),
        row(&["2", "w"], 4, None),
    ];
    assert_eq!(read, expected);
}

#[test]
fn an_unclosed_quote_ends_with_its_line() {
    let read = rows("1,\"x\n2,\"y\"\n3,z\n", 2);
    let expected = [
        row(&["1", "\"x"], 1, Some(Fault::UnclosedQuote)),
        row(&["2", "y"], 2, None),
        row(&["3", "z"], 3, None),
    ];
    assert_eq!(read, expected);
}

#[test]
fn rows_between_two_lonely_quotes_are_not_one_cell() {
    let read = rows("1,\"a,b\n2,c,d\n3,e,f\n4,g\",h\n", 3);
    assert_eq!(read.len(), 4);
    assert_eq!(
        read[0],
        row(&["1", "\"a", "b"], 1, Some(Fault::UnclosedQuote))
    );
    assert_eq!(read[3], row(&["4", "g\"", "h"], 4, None));
}

#[test]
fn stray_quotes_keep_the_columns_of_the_table() {
    let stray = Some(Fault::StrayQuote);
    assert_eq!(
        rows("\"a \"b\" c\",d", 2),
        [row(&["a \"b\" c", "d"], 1, stray)]
    );
    assert_eq!(rows("\"a\"b,\"c\"", 2), [row(&["ab", "c"], 1, stray)]);
    assert_eq!(
        rows("\"\"Nkosi, T\",d", 2),
        [row(&["\"Nkosi, T", "d"], 1, stray)]
    );
}

#[test]
fn asks_for_more_text_rather_than_guess() {
    let parser = Parser::new(&Dialect::new(",", Some('"'), None), 1 << 20);
    let mut record = Record::new();
    for text in ["a,b", "a,b\r", "\"a", "\"a\"", "\"a\n\"\"b"] {
        assert_eq!(
            parser.step(text, false, &mut record),
            Step::More,
            "{text:?}"
        );
    }
}

#[test]
fn reads_delimiters_of_several_characters() {
    let parser = Parser::new(&Dialect::new(", ", Some('"'), None), 1 << 20);
    let mut record = Record::new();
    parser.step("\"a, b\", 1,5,\n", true, &mut record);
    assert_eq!(record.iter().collect::<Vec<_>>(), ["a, b", "1,5", ""]);
}
