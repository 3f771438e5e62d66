//! What each column could be: from its header, its values and its neighbours.

use super::column::{ColumnSample, Confidence};
use super::content::{Content, Fit};
use super::header::{Basis, Hint};
use super::meaning::{Resolved, resolve};
use super::values::is_phone;
use super::whole_file::WholeFile;
use crate::fields::{Catalogue, Field, compact};
use crate::settings::Preset;

/// A field a column could fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) field: Field,
    pub(super) score: i64,
    pub(super) confidence: Confidence,
    pub(super) reason: String,
}

/// What a column could be, and what is said of it if it becomes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) candidates: Vec<Candidate>,
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

/// What one column could be.
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
            candidates: Vec::new(),
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
            candidates: vec![candidate(
                score.min(most),
                Confidence::Check,
                reason.clone(),
            )],
            otherwise: Aside::unsure(reason),
        }
    };
    match content.fit(field) {
        Fit::Fits => Reading {
            candidates: vec![candidate(score, confidence, reason)],
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

fn contradicted(content: Content<'_>, reason: &str, but: &str) -> Reading {
    let candidates = content
        .speaks()
        .map(|(field, looks)| Candidate {
            field,
            score: VALUES,
            confidence: Confidence::Check,
            reason: format!("{looks}, whatever the header says"),
        })
        .or_else(|| {
            content.is_people().then(|| Candidate {
                field: Field::FullName,
                score: GUESS,
                confidence: Confidence::Check,
                reason: "the values look like names, whatever the header says".to_owned(),
            })
        });
    Reading {
        candidates: candidates.into_iter().collect(),
        otherwise: Aside::unsure(format!("{reason}, but {but}")),
    }
}

/// What the values say of a column whose header says nothing.
fn from_values(column: &ColumnSample, content: Content<'_>, file: &WholeFile) -> Reading {
    let mut candidates = Vec::new();
    if let Some((field, looks)) = content.speaks() {
        let reason = looks.to_owned();
        candidates.push(Candidate {
            field,
            score: VALUES,
            confidence: Confidence::Likely,
            reason,
        });
    } else if content.mostly(is_phone) && column.is_nameless() {
        let reason = "the values could be phone numbers".to_owned();
        candidates.push(Candidate {
            field: Field::Phone,
            score: GUESS,
            confidence: Confidence::Check,
            reason,
        });
    } else if content.is_people()
        && !(file.has(&Field::FullName)
            || file.has(&Field::FirstName)
            || file.has(&Field::LastName))
    {
        let reason = "the values look like names of people".to_owned();
        candidates.push(Candidate {
            field: Field::FullName,
            score: GUESS,
            confidence: Confidence::Check,
            reason,
        });
    }
    let otherwise = if content.is_empty() {
        Aside::known("no values")
    } else {
        Aside::lost("no field has this name")
    };
    Reading {
        candidates,
        otherwise,
    }
}
