//! First and last name, from one column or two.

use kernel::{Code, PersonName, Problem};

use super::{RowCheck, Source, cells::Input};
use crate::candidate::Cell;

pub(super) fn check(
    row: &mut RowCheck<'_>,
    full: Option<&Source>,
    first: Option<&Source>,
    last: Option<&Source>,
) {
    let first_text = first.map_or(Input::Blank, |source| row.input("first_name", source));
    let last_text = last.map_or(Input::Blank, |source| row.input("last_name", source));
    let told_before = row.problems.len();
    match (&first_text, &last_text) {
        (Input::Text(first_name), Input::Text(last_name)) => {
            let source = first.or(last);
            match PersonName::from_parts(first_name, last_name) {
                Ok(name) => return both(row, &name),
                Err(fault) => {
                    if let Some(source) = source {
                        row.fault(
                            "first_name",
                            source,
                            &format!("{first_name} {last_name}"),
                            fault,
                        );
                    }
                }
            }
        }
        (first_name, last_name) => {
            let full_text = full.map_or(Input::Blank, |source| row.input("full_name", source));
            if let (Input::Text(text), Some(source)) = (&full_text, full) {
                match PersonName::from_full(text) {
                    Ok(name) => {
                        row.look_at_formula("full_name", source, text);
                        return both(row, &name);
                    }
                    Err(fault) => row.fault("full_name", source, text, fault),
                }
            } else {
                missing(
                    row,
                    [
                        ("full_name", full, &full_text),
                        ("first_name", first, first_name),
                        ("last_name", last, last_name),
                    ],
                );
                part(row, "first_name", first, first_name);
                part(row, "last_name", last, last_name);
                return;
            }
        }
    }
    if row.problems.len() > told_before {
        row.verdict.name_told = true;
    }
    row.candidate.push(Cell::Absent);
    row.candidate.push(Cell::Absent);
}

fn both(row: &mut RowCheck<'_>, name: &PersonName) {
    row.candidate.push(Cell::Value(name.first()));
    row.candidate.push(Cell::Value(name.last()));
}

/// Pushes one of the two parts when only that one is there; a blank one is left as it is.
fn part(row: &mut RowCheck<'_>, field: &str, source: Option<&Source>, text: &Input<'_>) {
    let (Input::Text(text), Some(source)) = (text, source) else {
        return row.candidate.push(Cell::Absent);
    };
    match PersonName::from_full(text) {
        Ok(name) => row.candidate.push(Cell::Value(name.full())),
        Err(fault) => {
            row.fault(field, source, text, fault);
            row.verdict.name_told = true;
            row.candidate.push(Cell::Absent);
        }
    }
}

/// Says what is missing when the preset needs a name.
fn missing(row: &mut RowCheck<'_>, parts: [(&str, Option<&Source>, &Input<'_>); 3]) {
    for (field, source, text) in parts {
        let Some(source) = source.filter(|source| source.required) else {
            continue;
        };
        if !matches!(text, Input::Text(_)) {
            let mut problem = Problem::new(Code::NameMissing).field(field);
            problem.column = source.columns.first().map(|column| *column as u32);
            row.tell(problem);
            row.verdict.name_told = true;
        }
    }
}
