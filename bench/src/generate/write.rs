//! Writes the rows of a request to a file.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{dirt, person::Person, random::Random};
use crate::clean;

const HEADERS: &[&str] = &[
    "Employee ID",
    "First name",
    "Last name",
    "Email",
    "Mobile",
    "Job title",
    "Department",
    "Language",
    "Notes",
    "Kind",
];

/// What to write.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Request {
    /// Rows below the header.
    #[arg(long)]
    pub(crate) rows: u64,
    /// The same seed gives the same file.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Percent of rows with a mistake.
    #[arg(long, default_value_t = 5.0)]
    pub(crate) dirty: f64,
    /// Numbers people from here on, so that two files share nobody.
    #[arg(long, default_value_t = 0)]
    pub(crate) after: u64,
    /// Adds a Groups column.
    #[arg(long)]
    pub(crate) groups: bool,
    /// Half the rows are people of this file with a changed field.
    #[arg(long, value_name = "FILE")]
    pub(crate) updates_of: Option<PathBuf>,
    /// Format of the file.
    #[arg(long, default_value = "csv", value_parser = ["csv"])]
    pub(crate) format: String,
    /// Where to write.
    #[arg(short, long)]
    pub(crate) output: PathBuf,
}

/// Writes the file.
pub(crate) fn write(request: &Request) -> Result<()> {
    let file = File::create(&request.output)
        .with_context(|| format!("cannot create {}", request.output.display()))?;
    let mut table = csv::Writer::from_writer(BufWriter::with_capacity(1 << 20, file));
    let groups = request.groups.then_some("Groups");
    table.write_record(HEADERS.iter().copied().chain(groups))?;
    match &request.updates_of {
        None => new_people(request, &mut table, 0..request.rows)?,
        Some(known) => updates(request, &mut table, known)?,
    }
    table
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?
        .flush()?;
    Ok(())
}

fn new_people(
    request: &Request,
    table: &mut csv::Writer<impl Write>,
    rows: std::ops::Range<u64>,
) -> Result<()> {
    for row in rows {
        write_person(request, table, &new_person(request, row))?;
    }
    Ok(())
}

fn new_person(request: &Request, row: u64) -> Person {
    let index = request.after + row + 1;
    let mut person = Person::new(request.seed, index);
    // Another stream than the person's own, so that dirt does not change who they are.
    let random = &mut Random::of_row(!request.seed, index);
    if random.percent(request.dirty) {
        let back = 1 + random.below(row.clamp(1, 5000));
        let earlier = Person::new(request.seed, index.saturating_sub(back));
        dirt::spoil(&mut person, &earlier, random);
    }
    person
}

/// Alternates between known people, spread over their whole file, and new ones.
fn updates(request: &Request, table: &mut csv::Writer<impl Write>, known: &Path) -> Result<()> {
    let wanted = request.rows / 2;
    let have = clean::count(known)?;
    anyhow::ensure!(
        have >= wanted,
        "{} has {have} clean rows, {wanted} are needed",
        known.display()
    );
    let mut written = 0;
    let mut position = 0;
    clean::each_cells(known, |cells| {
        // Row `position` is taken when the evenly growing share reaches the next whole number.
        let due = (position + 1) * wanted / have;
        position += 1;
        if due > written {
            let random = &mut Random::of_row(request.seed, position);
            write_person(request, table, &known_person(cells).changed(random))?;
            new_people(request, table, written..written + 1)?;
            written += 1;
        }
        Ok(())
    })?;
    new_people(request, table, written..request.rows - written)
}

fn known_person(cells: &clean::Cells) -> Person {
    let cell = |header: &str| cells.get(header).to_owned();
    Person {
        external_id: cell("Employee ID"),
        first_name: cell("First name"),
        last_name: cell("Last name"),
        email: cell("Email"),
        phone: cell("Mobile"),
        title: cell("Job title"),
        department: cell("Department"),
        language: cell("Language"),
        notes: cell("Notes"),
        kind: cell("Kind"),
        groups: cell("Groups"),
    }
}

fn write_person(
    request: &Request,
    table: &mut csv::Writer<impl Write>,
    person: &Person,
) -> Result<()> {
    let groups = request.groups.then_some(&person.groups);
    let cells = [
        &person.external_id,
        &person.first_name,
        &person.last_name,
        &person.email,
        &person.phone,
        &person.title,
        &person.department,
        &person.language,
        &person.notes,
        &person.kind,
    ];
    table.write_record(cells.into_iter().chain(groups))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, fs};

    use tempfile::TempDir;

    use super::*;

    fn request(folder: &TempDir, name: &str, rows: u64) -> Request {
        Request {
            rows,
            seed: 1,
            dirty: 5.0,
            after: 0,
            groups: false,
            updates_of: None,
            format: "csv".to_owned(),
            output: folder.path().join(name),
        }
    }

    fn ids(path: &Path) -> Vec<String> {
        let mut reader = csv::Reader::from_path(path).unwrap();
        reader
            .records()
            .map(|record| record.unwrap()[0].to_owned())
            .collect()
    }

    #[test]
    fn writes_the_same_bytes_again() {
        let folder = TempDir::new().unwrap();
        let (one, other) = (request(&folder, "one", 500), request(&folder, "other", 500));
        write(&one).unwrap();
        write(&other).unwrap();
        assert_eq!(
            fs::read(&one.output).unwrap(),
            fs::read(&other.output).unwrap()
        );
        assert_eq!(ids(&one.output).len(), 500);
    }

    #[test]
    fn half_of_the_updates_are_known_people() {
        let folder = TempDir::new().unwrap();
        let known = Request {
            dirty: 0.0,
            ..request(&folder, "known", 300)
        };
        write(&known).unwrap();
        let mixed = Request {
            after: 300,
            dirty: 0.0,
            updates_of: Some(known.output.clone()),
            ..request(&folder, "mixed", 200)
        };
        write(&mixed).unwrap();
        let before = ids(&known.output).into_iter().collect::<HashSet<_>>();
        let after = ids(&mixed.output);
        assert_eq!(after.len(), 200);
        assert_eq!(after.iter().filter(|id| before.contains(*id)).count(), 100);
    }
}
