//! The whole decision: what was said, what was known, what is likely, and who gets a contested field.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::candidates::{self, Aside, Candidate, Reading};
use super::column::{ColumnSample, Confidence, MappedColumn};
use super::error::MappingError;
use super::header;
use super::headerless;
use super::names::OwnNames;
use super::overrides::{Overrides, Said};
use super::plan::Mapping;
use super::remembered::RememberedMapping;
use super::whole_file::WholeFile;
use crate::fields::{Catalogue, Field};
use crate::settings::Preset;

/// Suggests a field for every column.
///
/// Refuses only what the operator's own choices make impossible; whether the result is enough for
/// the preset is asked with [`Mapping::check`].
pub fn suggest(
    columns: &[ColumnSample],
    catalogue: &Catalogue,
    preset: Preset,
    remembered: Option<&RememberedMapping>,
    overrides: &Overrides,
) -> Result<Mapping, MappingError> {
    let said = overrides.resolve(columns, catalogue)?;
    let mut settled: Vec<Option<MappedColumn>> = columns
        .iter()
        .zip(said)
        .map(|(column, said)| chosen(column, said))
        .collect();
    for (place, split) in overrides.splits(columns, catalogue)? {
        if let Some(Some(column)) = settled.get_mut(place) {
            column.split = Some(split);
        }
    }
    recall(columns, catalogue, remembered, overrides, &mut settled);
    let readings = readings(columns, catalogue, preset, &settled);
    settle(columns, catalogue, &readings, overrides, &mut settled);
    let mut mapping = Mapping {
        columns: settled.into_iter().flatten().collect(),
    };
    leave_out_doubled_names(columns, &mut mapping);
    mapping.check_fields(catalogue, &overrides.joined)?;
    Ok(mapping)
}

fn chosen(column: &ColumnSample, said: Said) -> Option<MappedColumn> {
    let (field, confidence, reason) = match said {
        Said::Nothing => return None,
        Said::LeftOut => (None, Confidence::Unused, "left out by hand"),
        Said::Fills(field) => (Some(field), Confidence::Chosen, "chosen by hand"),
    };
    Some(mapped(column, field, confidence, reason.to_owned(), true))
}

fn mapped(
    column: &ColumnSample,
    field: Option<Field>,
    confidence: Confidence,
    reason: String,
    understood: bool,
) -> MappedColumn {
    MappedColumn {
        column: column.index,
        header: column.name(),
        field,
        confidence,
        reason,
        understood,
        split: None,
    }
}

// A field that was chosen by hand for another column, or that the account has lost, is not recalled.
fn recall(
    columns: &[ColumnSample],
    catalogue: &Catalogue,
    remembered: Option<&RememberedMapping>,
    overrides: &Overrides,
    settled: &mut [Option<MappedColumn>],
) {
    let Some(recalled) = remembered.and_then(|remembered| remembered.recall(columns)) else {
        return;
    };
    let mut taken: Vec<Field> = settled
        .iter()
        .flatten()
        .flat_map(MappedColumn::fields)
        .cloned()
        .collect();
    for ((column, (field, split)), slot) in columns.iter().zip(recalled).zip(settled) {
        if slot.is_some() {
            continue;
        }
        let reason = "an earlier import of a file with these headers".to_owned();
        *slot = match field {
            None => Some(mapped(column, None, Confidence::Unused, reason, true)),
            Some(field) if overrides.holds_one(&field) && taken.contains(&field) => None,
            Some(field) if !catalogue.has(&field) => None,
            Some(field) => {
                let split = split
                    .filter(|split| catalogue.has(&split.field) && !taken.contains(&split.field));
                let found = MappedColumn {
                    split,
                    ..mapped(column, Some(field), Confidence::Remembered, reason, true)
                };
                taken.extend(found.fields().cloned());
                Some(found)
            }
        };
    }
}

fn readings(
    columns: &[ColumnSample],
    catalogue: &Catalogue,
    preset: Preset,
    settled: &[Option<MappedColumn>],
) -> Vec<Reading> {
    if headerless::is_headerless(columns) {
        return headerless::read(columns, preset);
    }
    let names = OwnNames::of(catalogue);
    let read = |column: &ColumnSample| {
        if column.is_nameless() {
            None
        } else {
            header::read(&column.header, &names)
        }
    };
    let hints: Vec<_> = columns.iter().map(read).collect();
    let file = WholeFile::of(preset, columns, &hints, settled);
    columns
        .iter()
        .zip(&hints)
        .map(|(column, hint)| candidates::read(column, hint.as_ref(), &file, catalogue))
        .collect()
}

/// Gives each field to the column that asks for it best. A column asks for one field at most, so
/// the best column of each field is also the best for the whole file, whatever their order.
fn settle(
    columns: &[ColumnSample],
    catalogue: &Catalogue,
    readings: &[Reading],
    overrides: &Overrides,
    settled: &mut [Option<MappedColumn>],
) {
    let taken: HashSet<Field> = settled
        .iter()
        .flatten()
        .flat_map(MappedColumn::fields)
        .cloned()
        .collect();
    let mut winners: HashMap<&Field, Asking<'_>> = HashMap::new();
    for ((column, reading), slot) in columns.iter().zip(readings).zip(settled.iter()) {
        if let (Some(candidate), None) = (&reading.candidate, slot) {
            let asking = Asking { column, candidate };
            let winner = winners.entry(&candidate.field).or_insert(asking);
            if asking.weight() > winner.weight() {
                *winner = asking;
            }
        }
    }
    for ((column, reading), slot) in columns.iter().zip(readings).zip(settled) {
        if slot.is_some() {
            continue;
        }
        *slot = Some(match &reading.candidate {
            None => left_out(column, &reading.otherwise),
            Some(candidate) => {
                let asking = Asking { column, candidate };
                let by_hand =
                    overrides.holds_one(&candidate.field) && taken.contains(&candidate.field);
                answer(asking, winners.get(&candidate.field), by_hand, catalogue)
            }
        });
    }
}

/// A column that asks for a field.
#[derive(Clone, Copy)]
struct Asking<'a> {
    column: &'a ColumnSample,
    candidate: &'a Candidate,
}

impl Asking<'_> {
    // The score decides; among equals the fuller column, then the one further left.
    fn weight(&self) -> (i64, u64, Reverse<usize>) {
        let column = self.column;
        let blank = if column.is_blank() { BLANK } else { 0 };
        let filled = column.filled.saturating_mul(100).checked_div(column.rows);
        (
            self.candidate.score - blank,
            filled.unwrap_or_default(),
            Reverse(column.index),
        )
    }
}

/// What a column without any value loses in score.
const BLANK: i64 = 300;

// Several columns may fill a list; a value goes to the winner, unless it was given by hand.
fn answer(
    asking: Asking<'_>,
    winner: Option<&Asking<'_>>,
    by_hand: bool,
    catalogue: &Catalogue,
) -> MappedColumn {
    let Asking { column, candidate } = asking;
    let field = &candidate.field;
    let winner = winner.copied().unwrap_or(asking);
    let wins = field.is_list() || winner.column.index == column.index;
    if wins && !by_hand {
        let reason = candidate.reason.clone();
        return mapped(
            column,
            Some(field.clone()),
            candidate.confidence,
            reason,
            true,
        );
    }
    let label = catalogue.label(field);
    if by_hand {
        return left_out(column, &Aside::known(format!("{label} was given by hand")));
    }
    let reason = format!("{label} comes from “{}”", winner.column.name());
    if column.is_blank() || column.samples == winner.column.samples {
        left_out(column, &Aside::known(reason))
    } else if candidate.score == winner.candidate.score {
        left_out(column, &Aside::unsure(reason))
    } else {
        left_out(column, &Aside::lost(reason))
    }
}

fn left_out(column: &ColumnSample, aside: &Aside) -> MappedColumn {
    let confidence = if aside.unsure {
        Confidence::Check
    } else {
        Confidence::Unused
    };
    let understood = aside.understood || column.is_blank();
    mapped(column, None, confidence, aside.reason.clone(), understood)
}

// First and last name say more than a full name, which would have to be parted again; but only if
// they say anything.
fn leave_out_doubled_names(columns: &[ColumnSample], mapping: &mut Mapping) {
    let parts = [Field::FirstName, Field::LastName];
    if !mapping.has(&Field::FullName) || !parts.iter().all(|part| mapping.has(part)) {
        return;
    }
    let is_blank = |mapped: &MappedColumn| {
        columns
            .iter()
            .any(|column| column.index == mapped.column && column.is_blank())
    };
    let is_part = |mapped: &MappedColumn| mapped.field.as_ref().is_some_and(|f| parts.contains(f));
    let no_parts = mapping
        .columns
        .iter()
        .any(|mapped| is_part(mapped) && is_blank(mapped));
    let reason = if no_parts {
        "the full name has a column with values"
    } else {
        "first and last name have columns of their own"
    };
    for mapped in &mut mapping.columns {
        let by_hand = matches!(
            mapped.confidence,
            Confidence::Chosen | Confidence::Remembered
        );
        let doubled = if no_parts {
            is_part(mapped)
        } else {
            mapped.field == Some(Field::FullName)
        };
        if doubled && !by_hand {
            mapped.field = None;
            mapped.confidence = Confidence::Unused;
            reason.clone_into(&mut mapped.reason);
        }
    }
}
