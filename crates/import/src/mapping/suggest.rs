//! The whole decision: what was said, what was known, what is likely, and who gets a contested field.

use std::cmp::Reverse;

use super::assignment::{Wish, assign};
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
    recall(columns, catalogue, remembered, &mut settled);
    let readings = readings(columns, catalogue, preset, &settled);
    settle(columns, catalogue, &readings, &mut settled);
    let mut mapping = Mapping {
        columns: settled.into_iter().flatten().collect(),
    };
    leave_out_doubled_names(columns, &mut mapping);
    mapping.check_fields(catalogue)?;
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
    }
}

// A field that was chosen by hand for another column, or that the account has lost, is not recalled.
fn recall(
    columns: &[ColumnSample],
    catalogue: &Catalogue,
    remembered: Option<&RememberedMapping>,
    settled: &mut [Option<MappedColumn>],
) {
    let Some(recalled) = remembered.and_then(|remembered| remembered.recall(columns)) else {
        return;
    };
    let taken: Vec<Field> = settled
        .iter()
        .flatten()
        .filter_map(|column| column.field.clone())
        .collect();
    for ((column, field), slot) in columns.iter().zip(recalled).zip(settled) {
        if slot.is_some() {
            continue;
        }
        let reason = "an earlier import of a file with these headers".to_owned();
        *slot = match field {
            None => Some(mapped(column, None, Confidence::Unused, reason, true)),
            Some(field) if !field.is_list() && taken.contains(&field) => None,
            Some(field) if !catalogue.has(&field) => None,
            Some(field) => Some(mapped(
                column,
                Some(field),
                Confidence::Remembered,
                reason,
                true,
            )),
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

/// Brings open columns and open fields together.
fn settle(
    columns: &[ColumnSample],
    catalogue: &Catalogue,
    readings: &[Reading],
    settled: &mut [Option<MappedColumn>],
) {
    let taken: Vec<Field> = settled
        .iter()
        .flatten()
        .filter_map(|column| column.field.clone())
        .collect();
    let mut targets: Vec<Field> = Vec::new();
    let mut wishes: Vec<Vec<Wish>> = vec![Vec::new(); columns.len()];
    for (at, (reading, column)) in readings.iter().zip(columns).enumerate() {
        if settled.get(at).is_some_and(Option::is_some) {
            continue;
        }
        for candidate in &reading.candidates {
            if !candidate.field.is_list() && taken.contains(&candidate.field) {
                continue;
            }
            // Several columns may fill a list, so each gets a target of its own.
            let known = targets
                .iter()
                .position(|field| *field == candidate.field && !field.is_list());
            let target = known.unwrap_or_else(|| {
                targets.push(candidate.field.clone());
                targets.len() - 1
            });
            if let Some(own) = wishes.get_mut(at) {
                own.push(Wish {
                    target,
                    score: weight(candidate, column),
                });
            }
        }
    }
    let assigned = assign(&wishes, targets.len());
    let won = |at: usize| {
        assigned
            .get(at)
            .copied()
            .flatten()
            .and_then(|target| targets.get(target))
    };
    let winners: Vec<(&Field, &ColumnSample, &Candidate)> = columns
        .iter()
        .zip(readings)
        .enumerate()
        .filter_map(|(at, (column, reading))| {
            let field = won(at)?;
            Some((
                field,
                column,
                reading.candidates.iter().find(|c| c.field == *field)?,
            ))
        })
        .collect();
    for (at, ((column, reading), slot)) in columns.iter().zip(readings).zip(settled).enumerate() {
        if slot.is_some() {
            continue;
        }
        let winner = winners
            .iter()
            .find(|(_, winner, _)| winner.index == column.index && won(at).is_some());
        *slot = Some(match winner {
            Some((field, _, candidate)) => mapped(
                column,
                Some((*field).clone()),
                candidate.confidence,
                candidate.reason.clone(),
                true,
            ),
            None => left_out(column, reading, catalogue, &winners),
        });
    }
}

// The score decides; among equals the fuller column, then the one further left.
fn weight(candidate: &Candidate, column: &ColumnSample) -> i64 {
    let filled = column
        .filled
        .saturating_mul(100)
        .checked_div(column.rows)
        .unwrap_or(0);
    let blank = if column.is_blank() { 300 } else { 0 };
    let left = i64::try_from(column.index).unwrap_or(i64::MAX).min(99_999);
    (candidate.score - blank).max(1) * 100_000_000
        + i64::try_from(filled).unwrap_or(100).min(100) * 100_000
        + (99_999 - left)
}

fn left_out(
    column: &ColumnSample,
    reading: &Reading,
    catalogue: &Catalogue,
    winners: &[(&Field, &ColumnSample, &Candidate)],
) -> MappedColumn {
    let wanted = reading
        .candidates
        .iter()
        .max_by_key(|candidate| Reverse(-candidate.score));
    let rival = wanted.and_then(|wanted| {
        let (_, column, won) = winners
            .iter()
            .find(|(field, _, _)| **field == wanted.field)?;
        Some((wanted, *column, *won))
    });
    let aside = match rival {
        Some((wanted, winner, won)) => {
            let label = catalogue.label(&wanted.field);
            let reason = format!("{label} comes from “{}”", winner.name());
            let same = column.is_blank() || column.samples == winner.samples;
            if same {
                Aside::known(reason)
            } else if wanted.score == won.score {
                Aside::unsure(reason)
            } else {
                Aside::lost(reason)
            }
        }
        None if wanted.is_some() => Aside::known("its field was given to another column by hand"),
        None => reading.otherwise.clone(),
    };
    let confidence = if aside.unsure {
        Confidence::Check
    } else {
        Confidence::Unused
    };
    let understood = aside.understood || column.is_blank();
    mapped(column, None, confidence, aside.reason, understood)
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
