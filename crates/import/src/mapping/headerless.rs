//! Files without a header: the values alone, and for invitations the order of the columns.

use super::candidates::{Aside, Candidate, Reading};
use super::column::{ColumnSample, Confidence};
use super::content::Content;
use super::values::{
    has_digit, is_code, is_email, is_full_name, is_marked_phone, is_name_like, is_phone,
};
use crate::fields::Field;
use crate::settings::Preset;

const SURE: i64 = 500;
const LIKELY: i64 = 450;
const GUESS: i64 = 200;

/// Whether the file has no header at all.
pub(super) fn is_headerless(columns: &[ColumnSample]) -> bool {
    columns.iter().all(ColumnSample::is_nameless)
}

/// What each column could be.
pub(super) fn read(columns: &[ColumnSample], preset: Preset) -> Vec<Reading> {
    if preset == Preset::Invite && is_invite_list(columns) {
        return columns
            .iter()
            .enumerate()
            .map(|(at, _)| invite_column(at))
            .collect();
    }
    let mut readings: Vec<Reading> = columns.iter().map(by_values).collect();
    name_parts(columns, &mut readings);
    leftover_notes(columns, &mut readings);
    readings
}

// S0: name, phone and perhaps notes, in this order.
fn is_invite_list(columns: &[ColumnSample]) -> bool {
    let content = |at: usize| columns.get(at).map(|column| Content::of(&column.samples));
    let Some((name, phone)) = content(0).zip(content(1)) else {
        return false;
    };
    phone.often(is_phone) && !name.often(is_phone) && !name.often(is_email)
}

fn invite_column(at: usize) -> Reading {
    let (field, place) = match at {
        0 => (
            Field::FullName,
            "the first column of an invite list is the name",
        ),
        1 => (
            Field::Phone,
            "the second column of an invite list is the phone number",
        ),
        2 => (
            Field::Notes,
            "the third column of an invite list is the notes",
        ),
        _more => {
            return Reading {
                candidate: None,
                otherwise: unknown(),
            };
        }
    };
    Reading {
        candidate: Some(candidate(field, SURE, Confidence::Exact, place)),
        otherwise: unknown(),
    }
}

fn by_values(column: &ColumnSample) -> Reading {
    let content = Content::of(&column.samples);
    let mut found = None;
    if content.mostly(is_email) {
        let looks = "the values look like e-mail addresses";
        found = Some(candidate(Field::Email, SURE, Confidence::Likely, looks));
    } else if content.mostly(is_marked_phone) {
        let looks = "the values look like phone numbers";
        found = Some(candidate(Field::Phone, SURE, Confidence::Likely, looks));
    } else if content.mostly(is_phone) {
        let looks = "the values could be phone numbers";
        found = Some(candidate(Field::Phone, GUESS, Confidence::Check, looks));
    } else if content.is_people() {
        let looks = "the values look like names of people";
        found = Some(candidate(
            Field::FullName,
            LIKELY,
            Confidence::Likely,
            looks,
        ));
    } else if content.mostly(is_code)
        && content.mostly(has_digit)
        && content.all_differ()
        && content.len() > 1
    {
        let looks = "every value differs, as user IDs do";
        found = Some(candidate(
            Field::ExternalId,
            GUESS,
            Confidence::Check,
            looks,
        ));
    }
    Reading {
        candidate: found,
        otherwise: if content.is_empty() {
            Aside::known("no values")
        } else {
            unknown()
        },
    }
}

// Two columns of single words side by side, and no full name anywhere: first and last name.
fn name_parts(columns: &[ColumnSample], readings: &mut [Reading]) {
    let fills = |reading: &Reading, field: &Field| {
        reading
            .candidate
            .as_ref()
            .is_some_and(|c| c.field == *field)
    };
    if readings
        .iter()
        .any(|reading| fills(reading, &Field::FullName))
    {
        return;
    }
    let is_part = |column: &ColumnSample| {
        let content = Content::of(&column.samples);
        content.mostly(is_name_like) && !content.often(is_full_name)
    };
    let pair = columns.windows(2).position(|pair| pair.iter().all(is_part));
    let Some(first) = pair else { return };
    let looks = "two columns of single words side by side are often first and last name";
    for (at, field) in [(first, Field::FirstName), (first + 1, Field::LastName)] {
        if let Some(reading) = readings.get_mut(at) {
            reading.candidate = Some(candidate(field, GUESS, Confidence::Check, looks));
        }
    }
}

// One column of text beside a name and a way to reach the person.
fn leftover_notes(columns: &[ColumnSample], readings: &mut [Reading]) {
    let is_open = |(reading, column): (&Reading, &ColumnSample)| {
        reading.candidate.is_none() && !column.samples.is_empty()
    };
    let open: Vec<usize> = readings
        .iter()
        .zip(columns)
        .enumerate()
        .filter(|(_, pair)| is_open(*pair))
        .map(|(at, _)| at)
        .collect();
    let named = readings
        .iter()
        .filter_map(|reading| reading.candidate.as_ref())
        .any(|candidate| candidate.field == Field::FullName);
    if let ([at], true) = (open.as_slice(), named)
        && let Some(reading) = readings.get_mut(*at)
    {
        let looks = "the only column of text beside names and numbers";
        reading.candidate = Some(candidate(Field::Notes, GUESS, Confidence::Check, looks));
    }
}

fn candidate(field: Field, score: i64, confidence: Confidence, reason: &str) -> Candidate {
    Candidate {
        field,
        score,
        confidence,
        reason: reason.to_owned(),
    }
}

fn unknown() -> Aside {
    Aside::lost("the file has no header and the values do not tell")
}
