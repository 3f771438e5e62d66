//! The one field each column asks for: from its header, its values and its neighbours.

use super::column::{ColumnSample, Confidence};
use super::content::{Content, Fit};
use super::header::{Basis, Hint};
use super::meaning::{Resolved, resolve};
use super::values::is_phone;
use super::whole_file::WholeFile;
use crate::fields::{Catalogue, Field, compact};
use crate::settings::Preset;

/// The field a column asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) field: Field,
    pub(super) score: i64,
    pub(super) confidence: Confidence,
    pub(super) reason: String,
}

/// What a column asks for, and what is said of it if it becomes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) candidate: Option<Candidate>,
    pub(super) otherwise: Aside,
}

/// Why a column fills nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Aside {
    pub(super) reason: String,
    /// We know what the column is and that nothing is lost without it.
    pub(super) understood: bool,
    /// A person should look.
    pub(super) unsure: bool,
}

impl Aside {
    pub(super) fn known(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            understood: true,
            unsure: false,
        }
    }

    pub(super) fn lost(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            understood: false,
            unsure: false,
        }
    }

    pub(super) fn unsure(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            understood: false,
            unsure: true,
        }
    }
}

const OWN: i64 = 1000;
const ALIAS: i64 = 920;
const WORDS: i64 = 700;
const TYPO: i64 = 640;
const VALUES: i64 = 500;
const DOUBT: i64 = 300;
const GUESS: i64 = 200;
const PER_RANK: i64 = 20;

/// What one column asks for.
pub(super) fn read(
    column: &ColumnSample,
    hint: Option<&Hint>,
    file: &WholeFile,
    catalogue: &Catalogue,
) -> Reading {
    let content = Content::of(&column.samples);
    let Some(hint) = hint else {
        return from_values(column, content, file);
    };
    match resolve(column, hint, content, file) {
        Resolved::Field(field, shift) => from_header(&field, shift, hint, column, file, catalogue),
        Resolved::Aside(otherwise) => Reading {
            candidate: None,
            otherwise,
        },
    }
}

/// The candidate of a header whose meaning is settled, weighed against its values.
fn from_header(
    field: &Field,
    shift: i64,
    hint: &Hint,
    column: &ColumnSample,
    file: &WholeFile,
    catalogue: &Catalogue,
) -> Reading {
    let content = Content::of(&column.samples);
    let label = catalogue.label(field);
    let reason = reason(hint.basis, column.header.trim(), &label);
    let sure = hint.basis <= Basis::Alias && shift == 0;
    let confidence = if sure {
        Confidence::Exact
    } else {
        Confidence::Likely
    };
    let candidate = |score, confidence, reason| Candidate {
        field: field.clone(),
        score,
        confidence,
        reason,
    };
    let score = score(field, shift, hint, column, file);
    let doubted = |but: &str, most: i64| {
        let reason = format!("{reason}, but {but}");
        Reading {
            candidate: Some(candidate(
                score.min(most),
                Confidence::Check,
                reason.clone(),
            )),
            otherwise: Aside::unsure(reason),
        }
    };
    match content.fit(field) {
        Fit::Fits => Reading {
            candidate: Some(candidate(score, confidence, reason)),
            otherwise: Aside::known(format!("{label} comes from another column")),
        },
        Fit::Doubtful(but) if hint.basis <= Basis::Alias => doubted(but, DOUBT + 100),
        Fit::Doubtful(but) => doubted(but, DOUBT),
        Fit::Contradicts(but) if is_wanted(field, file.preset) => doubted(but, DOUBT),
        Fit::Contradicts(but) => contradicted(content, &reason, but),
    }
}

fn reason(basis: Basis, header: &str, label: &str) -> String {
    match basis {
        Basis::Own => format!("“{header}” is our field {label}"),
        Basis::Alias => format!("“{header}” is a name for {label}"),
        Basis::Words => format!("the words of “{header}” say {label}"),
        Basis::Typo => format!("“{header}” is spelled almost like a name for {label}"),
    }
}

fn score(field: &Field, shift: i64, hint: &Hint, column: &ColumnSample, file: &WholeFile) -> i64 {
    let rank = PER_RANK * (i64::from(hint.rank) + shift);
    match hint.basis {
        // A plain phone beside a mobile phone is the one on the desk.
        Basis::Own if *field == Field::Phone && file.has_mobile => ALIAS - PER_RANK * 2,
        // Our key says more than our label, which other products use too.
        Basis::Own if compact(&column.header) == compact(&field.key()) => OWN + 5 - rank,
        Basis::Own => OWN - rank,
        Basis::Alias => ALIAS - rank,
        Basis::Words => WORDS - rank,
        Basis::Typo => TYPO - rank,
    }
}

// The role and the modules are what the preset is about: wrong words are problems of their rows.
fn is_wanted(field: &Field, preset: Preset) -> bool {
    preset == Preset::Roles && matches!(field, Field::Role | Field::Module(_))
}

// Names are no proof: a column "Email" of names may be about anybody.
fn contradicted(content: Content<'_>, reason: &str, but: &str) -> Reading {
    let people = content
        .is_people()
        .then_some((Field::FullName, "the values look like names"));
    let candidate = match (content.speaks(), people) {
        (Some((field, looks)), _) => Some((field, looks, VALUES)),
        (None, Some((field, looks))) => Some((field, looks, GUESS)),
        (None, None) => None,
    };
    Reading {
        candidate: candidate.map(|(field, looks, score)| Candidate {
            field,
            score,
            confidence: Confidence::Check,
            reason: format!("{looks}, whatever the header says"),
        }),
        otherwise: Aside::unsure(format!("{reason}, but {but}")),
    }
}

/// What the values say of a column whose header says nothing.
fn from_values(column: &ColumnSample, content: Content<'_>, file: &WholeFile) -> Reading {
    let names = [Field::FullName, Field::FirstName, Field::LastName];
    let found = if let Some((field, looks)) = content.speaks() {
        Some((field, VALUES, Confidence::Likely, looks))
    } else if content.mostly(is_phone) && column.is_nameless() {
        let looks = "the values could be phone numbers";
        Some((Field::Phone, GUESS, Confidence::Check, looks))
    } else if content.is_people() && !names.iter().any(|name| file.has(name)) {
        let looks = "the values look like names of people";
        Some((Field::FullName, GUESS, Confidence::Check, looks))
    } else {
        None
    };
    let candidate = found.map(|(field, score, confidence, looks)| Candidate {
        field,
        score,
        confidence,
        reason: looks.to_owned(),
    });
    let otherwise = if content.is_empty() {
        Aside::known("no values")
    } else {
        Aside::lost("no field has this name")
    };
    Reading {
        candidate,
        otherwise,
    }
}
