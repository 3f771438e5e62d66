//! Single values of a person: ids, addresses, numbers, texts and choices.

use std::fmt::Display;

use directory::fields::{self, FieldKind};
use kernel::{
    Code, DateOrder, Email, ExternalId, Fault, Language, PersonKind, Phone, Problem, Role, Text,
    parse_bool,
};

use super::{RowCheck, RowChecker, Source, cells::Input};
use crate::{
    candidate::{Cell, Scalar},
    fields::{Field, Kind},
};

impl RowChecker {
    pub(super) fn value(
        &self,
        row: &mut RowCheck<'_>,
        field: &Field,
        scalar: &Scalar,
        source: &Source,
    ) {
        let key = field.key();
        let text = match row.input(&key, source) {
            Input::Text(text) => text,
            blank => {
                if source.required && !source.columns.is_empty() {
                    tell_missing(row, field, &key, source);
                }
                let cell = blank.cell();
                row.candidate.push(cell);
                if *scalar == Scalar::Email {
                    row.candidate.push(cell);
                }
                return;
            }
        };
        match scalar {
            Scalar::Email => email(row, &key, source, &text),
            Scalar::Phone => {
                let parsed = Phone::parse(&text, self.region);
                put(
                    row,
                    &key,
                    source,
                    &text,
                    Some(Code::FixedPhone),
                    parsed.as_ref().map(Phone::as_str),
                );
            }
            Scalar::ExternalId => {
                let parsed = ExternalId::parse(&text);
                let value = parsed.as_ref().map(ExternalId::as_str);
                put(row, &key, source, &text, None, value);
            }
            Scalar::Role => {
                let parsed = Role::parse(&text).map(Role::as_str);
                put(row, &key, source, &text, None, parsed.as_ref().copied());
            }
            Scalar::PersonKind => {
                let parsed = PersonKind::parse(&text).map(PersonKind::as_str);
                put(row, &key, source, &text, None, parsed.as_ref().copied());
            }
            Scalar::Language => {
                let parsed = Language::parse(&text);
                let value = parsed.as_ref().map(Language::as_str);
                put(row, &key, source, &text, None, value);
            }
            Scalar::Notes => {
                plain(
                    row,
                    &key,
                    source,
                    &text,
                    Text::parse_lines(&text, Text::MAX_NOTES),
                );
            }
            _ => plain(
                row,
                &key,
                source,
                &text,
                Text::parse(&text, Text::MAX_TITLE),
            ),
        }
    }

    pub(super) fn custom(
        &self,
        row: &mut RowCheck<'_>,
        key: &str,
        kind: Kind,
        choices: &[String],
        source: &Source,
    ) {
        let field = format!("custom.{key}");
        let text = match row.input(&field, source) {
            Input::Text(text) => text,
            blank => return row.candidate.push(blank.cell()),
        };
        // The rules are those of a form; only what counts as fixed is known here.
        let (kind, fixed) = match kind {
            Kind::Number => (FieldKind::Number, Some(Code::FixedValue)),
            Kind::Date => (FieldKind::Date, Some(Code::FixedDate)),
            Kind::Bool => (FieldKind::Bool, None),
            Kind::Enum => (FieldKind::Choice, None),
            _ => {
                let parsed = Text::parse_lines(&text, Text::MAX_NOTES);
                return plain(row, &field, source, &text, parsed);
            }
        };
        let order = match kind {
            FieldKind::Date => self.order_for(&text),
            _ => Ok(DateOrder::default()),
        };
        let parsed = fields::parse_value(kind, choices, &text, order);
        let value = parsed.as_ref().map(String::as_str);
        put(row, &field, source, &text, fixed, value);
    }
}

/// A licence: yes or no, and only of modules the account owns.
pub(super) fn module(row: &mut RowCheck<'_>, key: &str, label: &str, owned: bool, source: &Source) {
    let field = format!("module_{key}");
    let text = match row.input(&field, source) {
        Input::Text(text) => text,
        blank => return row.candidate.push(blank.cell()),
    };
    match parse_bool(&text) {
        Ok(true) if !owned => {
            let detail = format!("the account does not own {label}");
            row.fault(
                &field,
                source,
                &text,
                Fault::new(Code::ModuleNotOwned, detail),
            );
            row.candidate.push(Cell::Absent);
        }
        Ok(yes) => row
            .candidate
            .push(Cell::Value(if yes { "true" } else { "false" })),
        Err(fault) => {
            row.fault(&field, source, &text, fault);
            row.candidate.push(Cell::Absent);
        }
    }
}

fn email(row: &mut RowCheck<'_>, key: &str, source: &Source, text: &str) {
    match Email::parse(text) {
        Ok(email) => {
            if let Some(meant) = email.likely_meant() {
                let mut problem = Problem::new(Code::EmailSuspect)
                    .field(key)
                    .value(text)
                    .suggest(meant);
                problem.column = source.columns.first().map(|column| *column as u32);
                row.tell(problem);
            }
            row.candidate.push(Cell::Value(email.as_str()));
            row.candidate.push(Cell::Value(&email.key()));
        }
        Err(fault) => {
            row.fault(key, source, text, fault);
            row.candidate.push(Cell::Absent);
            row.candidate.push(Cell::Absent);
        }
    }
}

fn plain(
    row: &mut RowCheck<'_>,
    key: &str,
    source: &Source,
    raw: &str,
    parsed: Result<Text, Fault>,
) {
    match parsed {
        Ok(text) => {
            row.look_at_formula(key, source, text.as_str());
            row.candidate.push(Cell::Value(text.as_str()));
        }
        Err(fault) => {
            row.fault(key, source, raw, fault);
            row.candidate.push(Cell::Absent);
        }
    }
}

/// Pushes a parsed value, counting it as fixed when it was written otherwise.
///
/// Words for one of a few choices are read, not fixed: `User` for `user` is what was meant.
fn put(
    row: &mut RowCheck<'_>,
    key: &str,
    source: &Source,
    raw: &str,
    fixed: Option<Code>,
    parsed: Result<&str, &Fault>,
) {
    match parsed {
        Ok(value) => {
            if let Some(code) = fixed.filter(|_| value != raw) {
                row.fixed(code, key, source, raw, value);
            }
            row.candidate.push(Cell::Value(value));
        }
        Err(fault) => {
            row.fault(key, source, raw, fault.clone());
            row.candidate.push(Cell::Absent);
        }
    }
}

fn tell_missing(row: &mut RowCheck<'_>, field: &Field, key: &str, source: &Source) {
    let code = match field {
        Field::Email => Code::EmailMissing,
        Field::Phone => Code::PhoneMissing,
        Field::Role => Code::RoleMissing,
        _ => Code::ValueMissing,
    };
    let mut problem = Problem::new(code).field(key);
    problem.column = source.columns.first().map(|column| *column as u32);
    row.tell(problem);
}

/// What is wrong with a range of two moments.
pub(super) fn order_fault(start: impl Display, end: impl Display) -> Fault {
    Fault::new(Code::DateOrder, format!("{start} is after {end}"))
}
