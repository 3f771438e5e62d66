//! Small files with what must become of them.

mod anything;
mod choices;
mod misleading;

use super::*;
use crate::fields::{Catalogue, Kind};
use crate::settings::Preset;

pub(super) fn account() -> Catalogue {
    Catalogue {
        modules: vec![("events".to_owned(), "Events".to_owned())],
        custom: vec![("locker".to_owned(), "Locker no.".to_owned(), Kind::Text)],
    }
}

pub(super) fn columns(table: &[(&str, &str)]) -> Vec<ColumnSample> {
    let read = |(index, (header, values)): (usize, &(&str, &str))| {
        let samples: Vec<String> = values
            .split('|')
            .filter(|v| !v.is_empty())
            .map(str::to_owned)
            .collect();
        let filled = samples.len() as u64;
        ColumnSample {
            index,
            header: (*header).to_owned(),
            samples,
            rows: 3,
            filled,
        }
    };
    table.iter().enumerate().map(read).collect()
}

pub(super) fn map(table: &[(&str, &str)], preset: Preset) -> Mapping {
    suggest(
        &columns(table),
        &account(),
        preset,
        None,
        &Overrides::default(),
    )
    .unwrap()
}

pub(super) fn fields(mapping: &Mapping) -> Vec<String> {
    let key = |column: &MappedColumn| {
        column
            .field
            .as_ref()
            .map_or_else(String::new, |field| field.key().into_owned())
    };
    mapping.columns.iter().map(key).collect()
}

pub(super) fn general(table: &[(&str, &str)]) -> Vec<String> {
    fields(&map(table, Preset::General))
}

pub(super) fn confidences(mapping: &Mapping) -> Vec<Confidence> {
    mapping
        .columns
        .iter()
        .map(|column| column.confidence)
        .collect()
}

pub(super) const NAMES: &str = "Ann Smith|Bob O'Neil|Cy Jones";
pub(super) const EMAILS: &str = "ann@example.com|bob@example.com|cy@example.com";
pub(super) const PHONES: &str = "+14155550100|+14155550101|+14155550102";
