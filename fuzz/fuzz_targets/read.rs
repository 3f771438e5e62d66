//! Any bytes are read or refused: `cargo +nightly fuzz run read fixtures/read` from the repository's root.
#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use tabular::{ReadOptions, Record, detect, open};

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("the bytes are written");
    let options = ReadOptions::default();
    let Ok(layout) = detect(file.path(), &options) else { return };
    let Ok(mut reader) = open(file.path(), &layout, &options.limits) else { return };
    let mut record = Record::new();
    let mut row = 0;
    while reader.next(&mut record).unwrap_or(false) {
        assert!(record.row() > row || layout.format.is_workbook());
        row = record.row();
        assert!(record.iter().map(str::len).sum::<usize>() <= bytes.len().max(1) * 1200);
    }
});
