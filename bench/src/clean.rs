//! Reads a generated file back as rows that are already clean: what a floor may load without checking.
//!
//! It knows only the generator's own mistakes. The product's real checks live in `import`.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    hash::{BuildHasher, RandomState},
    path::Path,
};

use anyhow::{Context, Result};

/// One record of the file, by header.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    columns: HashMap<String, usize>,
    record: csv::StringRecord,
}

impl Cells {
    /// The cell under a header, empty when there is no such column.
    pub(crate) fn get(&self, header: &str) -> &str {
        self.columns
            .get(header)
            .and_then(|column| self.record.get(*column))
            .unwrap_or_default()
    }
}

/// A person as the directory stores them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) external_id: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) phone: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) department: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) notes: Option<String>,
    pub(crate) kind: String,
}

/// Hands every clean record of the file to `take`, untouched.
pub(crate) fn each_cells(path: &Path, mut take: impl FnMut(&Cells) -> Result<()>) -> Result<()> {
    each(path, |cells, _| take(cells))
}

/// Hands every clean row of the file to `take`, normalised.
pub(crate) fn each_row(path: &Path, mut take: impl FnMut(Row) -> Result<()>) -> Result<()> {
    each(path, |_, row| take(row))
}

/// How many clean rows the file has.
pub(crate) fn count(path: &Path) -> Result<u64> {
    let mut rows = 0;
    each(path, |_, _| {
        rows += 1;
        Ok(())
    })?;
    Ok(rows)
}

fn each(path: &Path, mut take: impl FnMut(&Cells, Row) -> Result<()>) -> Result<()> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut reader = csv::ReaderBuilder::new()
        .buffer_capacity(1 << 20)
        .from_reader(file);
    let mut cells = Cells::default();
    for (column, header) in reader.headers()?.iter().enumerate() {
        cells.columns.insert(header.to_owned(), column);
    }
    let mut seen = Seen::default();
    while reader.read_record(&mut cells.record)? {
        if let Some(row) = clean(&cells)
            && seen.is_first(&row)
        {
            take(&cells, row)?;
        }
    }
    Ok(())
}

/// Keys met so far, as hashes: the memory of ten million rows stays small.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    keys: HashSet<u64>,
}

impl Seen {
    fn is_first(&mut self, row: &Row) -> bool {
        let email = row.email.to_lowercase();
        let keys = [Some(&row.external_id), Some(&email), row.phone.as_ref()]
            .into_iter()
            .flatten()
            .map(|key| self.hasher.hash_one(key))
            .collect::<Vec<_>>();
        if keys.iter().any(|key| self.keys.contains(key)) {
            return false;
        }
        self.keys.extend(keys);
        true
    }
}

fn clean(cells: &Cells) -> Option<Row> {
    let text = |header: &str| tidy(cells.get(header));
    let optional = |header: &str| Some(text(header)).filter(|value| !value.is_empty());
    let row = Row {
        external_id: text("Employee ID"),
        first_name: text("First name"),
        last_name: text("Last name"),
        email: text("Email"),
        phone: match optional("Mobile") {
            Some(typed) => Some(e164(&typed)?),
            None => None,
        },
        title: optional("Job title"),
        department: optional("Department"),
        language: optional("Language"),
        notes: optional("Notes"),
        kind: optional("Kind").map_or_else(|| "employee".to_owned(), |kind| kind.to_lowercase()),
    };
    let named = !row.first_name.is_empty() && !row.last_name.is_empty();
    let addressed = row.email.contains('@') && !row.email.contains(' ');
    let short = row
        .notes
        .as_ref()
        .is_none_or(|notes| notes.chars().count() <= 500);
    let printable = row
        .department
        .as_ref()
        .is_none_or(|name| !name.contains('\u{7}'));
    (named && addressed && short && printable).then_some(row)
}

fn tidy(cell: &str) -> String {
    let invisible = |letter: char| letter.is_whitespace() || letter == '\u{200b}';
    cell.trim_matches(invisible).to_owned()
}

/// The generator's spellings of a number, with South Africa as the default country.
fn e164(typed: &str) -> Option<String> {
    if !typed
        .chars()
        .all(|letter| letter.is_ascii_digit() || "+-() ".contains(letter))
    {
        return None;
    }
    let digits = typed
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>();
    let number = if typed.starts_with('+') {
        digits
    } else if let Some(international) = digits.strip_prefix("00") {
        international.to_owned()
    } else {
        format!("27{}", digits.strip_prefix('0')?)
    };
    (number.len() <= 15).then(|| format!("+{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_spelling_of_a_number() {
        for typed in [
            "+27821234567",
            "+27 821 234 567",
            "0027821234567",
            "(082) 123-4567",
            "082 123 4567",
        ] {
            assert_eq!(e164(typed).as_deref(), Some("+27821234567"), "{typed}");
        }
        assert_eq!(e164("2.78E+10"), None);
        assert_eq!(e164("+27820000000000123"), None);
    }
}
