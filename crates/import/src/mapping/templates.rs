//! The import templates and exports of well-known products: each maps without a manual change.
//!
//! Test data: headers as the products publish them, values of the kind their pages show.

mod access;
mod business;
mod directories;
mod people;
mod seeds;

use super::*;
use crate::fields::{Catalogue, Kind};
use crate::settings::Preset;

/// A column of a template: header, values parted by `|`, key of the field or blank.
type Column = (&'static str, &'static str, &'static str);

/// A published template or export.
struct Template {
    product: &'static str,
    preset: Preset,
    columns: &'static [Column],
}

fn all() -> impl Iterator<Item = &'static Template> {
    [
        access::ALL,
        business::ALL,
        directories::ALL,
        people::ALL,
        seeds::ALL,
    ]
    .into_iter()
    .flatten()
}

fn account() -> Catalogue {
    let module = |key: &str, label: &str| (key.to_owned(), label.to_owned());
    Catalogue {
        modules: vec![
            module("lone_working", "Lone Working"),
            module("events", "Events"),
            module("audits", "Audits"),
        ],
        custom: vec![("locker".to_owned(), "Locker".to_owned(), Kind::Text)],
    }
}

fn samples(columns: &[Column]) -> Vec<ColumnSample> {
    let rows = columns
        .iter()
        .map(|(_, values, _)| values.split('|').count())
        .max()
        .unwrap_or(0);
    columns
        .iter()
        .enumerate()
        .map(|(index, (header, values, _))| {
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
                rows: rows as u64,
                filled,
            }
        })
        .collect()
}

fn suggested(columns: &[ColumnSample], preset: Preset) -> Mapping {
    suggest(columns, &account(), preset, None, &Overrides::default()).unwrap()
}

#[test]
fn every_template_maps_without_a_manual_change() {
    let mut wrong = Vec::new();
    for template in all() {
        let mapping = suggested(&samples(template.columns), template.preset);
        for ((header, _, expected), mapped) in template.columns.iter().zip(&mapping.columns) {
            let found = mapped.field.as_ref().map(|field| field.key().into_owned());
            if found.unwrap_or_default() != *expected {
                wrong.push(format!("{}: {header}: {mapped:?}", template.product));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_template_lands_wrong_when_it_has_no_rows_yet() {
    let mut wrong = Vec::new();
    for template in all() {
        let mut columns = samples(template.columns);
        for column in &mut columns {
            column.samples.clear();
            column.rows = 0;
            column.filled = 0;
        }
        let mapping = suggested(&columns, template.preset);
        for ((header, _, expected), mapped) in template.columns.iter().zip(&mapping.columns) {
            let found = mapped.field.as_ref().map(|field| field.key().into_owned());
            if found.as_ref().is_some_and(|found| found != expected)
                && !NEEDS_VALUES.contains(header)
            {
                wrong.push(format!("{}: {header}: {mapped:?}", template.product));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Headers that mean different things in different products; only values tell.
const NEEDS_VALUES: [&str; 13] = [
    "User Name",
    "Username",
    "username",
    "login",
    "role",
    "Role",
    "Roles",
    "Title",
    "title",
    "Org role",
    "Card Type",
    "userType",
    "Groups",
];

#[test]
fn every_template_meets_what_its_preset_needs() {
    for template in all() {
        let mapping = suggested(&samples(template.columns), template.preset);
        let checked = mapping.check(template.preset, &account(), &[], &[]);
        assert_eq!(checked, Ok(()), "{}", template.product);
    }
}

#[test]
fn templates_of_our_source_documents_need_no_look() {
    for template in seeds::ALL
        .iter()
        .filter(|template| template.product.contains("published"))
    {
        let mapping = suggested(&samples(template.columns), template.preset);
        assert!(mapping.certain(), "{}: {mapping:#?}", template.product);
    }
}

#[test]
fn order_of_columns_changes_nothing() {
    for template in all().filter(|template| !template.columns.iter().all(|c| c.0.is_empty())) {
        let straight = samples(template.columns);
        let mut reversed = straight.clone();
        reversed.reverse();
        for (index, column) in reversed.iter_mut().enumerate() {
            column.index = index;
        }
        let one = suggested(&straight, template.preset);
        let mut other = suggested(&reversed, template.preset);
        other.columns.reverse();
        let fields = |mapping: &Mapping| {
            mapping
                .columns
                .iter()
                .map(|column| column.field.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(fields(&one), fields(&other), "{}", template.product);
    }
}
