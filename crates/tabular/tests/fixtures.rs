//! Every file in `fixtures/read` is read as its `.expected.json` says.

#![expect(clippy::unwrap_used, reason = "a helper of tests may fail loudly")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tabular::{ReadOptions, write_json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/read")
}

/// What reading a file prints: the object of `write_json`, or the code and message of the refusal.
fn read(path: &Path) -> Value {
    let mut output = Vec::new();
    match write_json(path, &ReadOptions::default(), &mut output) {
        Ok(()) => serde_json::from_slice(&output).unwrap(),
        Err(error) => json!({"error": {"code": error.code(), "message": error.to_string()}}),
    }
}

#[test]
fn reads_every_fixture_as_expected() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    let names: BTreeSet<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    for path in names {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".expected.json") {
            continue;
        }
        seen += 1;
        let expected = path.with_file_name(format!("{name}.expected.json"));
        let expected: Value = serde_json::from_slice(&std::fs::read(&expected).unwrap()).unwrap();
        let found = read(&path);
        if found != expected {
            wrong.push(format!("{name}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(seen >= 60, "only {seen} fixtures were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
