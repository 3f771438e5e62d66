//! What each column could be: from its header, its values and its neighbours.

use super::column::{ColumnSample, Confidence};
use super::content::{Content, Fit};
use super::context::Context;
use super::header::{Basis, Hint};
use super::values::{
    is_date, is_email, is_full_name, is_login, is_marked_phone, is_phone, is_plain_phone, is_uuid,
};
use crate::fields::{Catalogue, Field, Meaning};
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
    context: &Context,
    catalogue: &Catalogue,
) -> Reading {
    let content = Content::of(&column.samples);
    let Some(hint) = hint else {
        return from_values(column, content, context);
    };
    match resolve(column, hint, content, context, catalogue) {
        Resolved::Field(field, shift) => {
            from_header(column, hint, content, context, catalogue, &field, shift)
        }
        Resolved::Aside(otherwise) => Reading {
            candidates: Vec::new(),
            otherwise,
        },
        Resolved::Values => from_values(column, content, context),
    }
}

/// A meaning with the other columns and the values taken into account.
enum Resolved {
    /// One field, and how much further down in rank.
    Field(Field, i64),
    Aside(Aside),
    /// The header says nothing useful: the values decide.
    Values,
}

fn resolve(
    column: &ColumnSample,
    hint: &Hint,
    content: Content<'_>,
    context: &Context,
    catalogue: &Catalogue,
) -> Resolved {
    match &hint.meaning {
        Meaning::Field(Field::ExternalId) if is_our_id(column, content, context) => {
            Resolved::Aside(Aside::known("written by Muster"))
        }
        Meaning::Field(field) => Resolved::Field(field.clone(), 0),
        Meaning::Module(key) => Resolved::Field(Field::Module((*key).to_owned()), 0),
        Meaning::Name => Resolved::Field(name(content, context), 0),
        Meaning::Login => login(column, content, context),
        Meaning::Number => number(content, context),
        Meaning::Start => window(content, context, Field::CardStart, Field::AccessStart),
        Meaning::End => window(content, context, Field::CardEnd, Field::AccessEnd),
        Meaning::Kind => of_values(
            content,
            Field::PersonKind,
            "a kind that is not employee, visitor or member",
        ),
        Meaning::Access => of_values(content, Field::AccessType, "access of the other product"),
        Meaning::RowNumber => row_number(content),
        Meaning::Ours => Resolved::Aside(Aside::known("written by Muster")),
        Meaning::Secret => Resolved::Aside(Aside::known("secrets are never imported")),
        Meaning::Nothing(what) => nothing(what, hint, catalogue),
    }
}

// Results carry the ids of the people they speak of, in a column that is spelled like our label.
fn is_our_id(column: &ColumnSample, content: Content<'_>, context: &Context) -> bool {
    let ours = column.header.trim() == "user_id" && (context.is_result || context.has_full);
    ours && (content.is_empty() || content.mostly(is_uuid))
}

fn name(content: Content<'_>, context: &Context) -> Field {
    match (context.has_first, context.has_last) {
        (true, false) if !content.mostly(is_full_name) => Field::LastName,
        (false, true) => Field::FirstName,
        _both_or_none => Field::FullName,
    }
}

fn login(column: &ColumnSample, content: Content<'_>, context: &Context) -> Resolved {
    let parted = context.has_first && context.has_last;
    let two_words = column.header.trim().contains([' ', '_', '-']);
    if content.often(is_email) {
        if context.has_email {
            return Resolved::Aside(Aside::known(
                "a sign-in name; the e-mail address has its own column",
            ));
        }
        return Resolved::Field(Field::Email, 0);
    }
    if content.often(is_full_name)
        || (content.is_empty() && two_words && !parted && !context.has_full)
    {
        return Resolved::Field(Field::FullName, 0);
    }
    if content.often(is_login) || content.is_empty() {
        if context.has_id {
            return Resolved::Aside(Aside::known(
                "a sign-in name; the user ID has its own column",
            ));
        }
        return Resolved::Field(Field::ExternalId, 1);
    }
    if parted || context.has_full {
        return Resolved::Aside(Aside::lost("a sign-in name of the other product"));
    }
    Resolved::Field(Field::FullName, 1)
}

fn number(content: Content<'_>, context: &Context) -> Resolved {
    if content.counts_up() && (context.has_id || content.len() > 2) {
        Resolved::Aside(Aside::known("the number of the row"))
    } else if content.often(is_marked_phone) || content.mostly(is_plain_phone) {
        Resolved::Field(Field::Phone, 2)
    } else {
        Resolved::Field(Field::ExternalId, 1)
    }
}

fn row_number(content: Content<'_>) -> Resolved {
    if content.is_empty() || content.counts_up() {
        Resolved::Aside(Aside::known("the number of the row"))
    } else {
        Resolved::Aside(Aside::lost("a number of the other list"))
    }
}

fn window(content: Content<'_>, context: &Context, card: Field, access: Field) -> Resolved {
    if content.never(is_date) {
        return Resolved::Aside(Aside::lost("the values are not dates"));
    }
    match context.preset {
        Preset::Cards => Resolved::Field(card, 0),
        Preset::Invite => Resolved::Field(access, 0),
        Preset::General | Preset::Team | Preset::Roles if context.has_card => {
            Resolved::Field(card, 0)
        }
        Preset::General | Preset::Team | Preset::Roles if context.has_access => {
            Resolved::Field(access, 0)
        }
        Preset::General | Preset::Team | Preset::Roles => Resolved::Aside(Aside::lost(
            "there is no card and no access in this file that the date could be of",
        )),
    }
}

// Headers such as "Type" mean many things: only the values tell whether they are ours.
fn of_values(content: Content<'_>, field: Field, otherwise: &'static str) -> Resolved {
    if content.is_empty() {
        Resolved::Aside(Aside::known("no values"))
    } else if content.fit(&field) == Fit::Fits {
        Resolved::Field(field, 0)
    } else {
        Resolved::Aside(Aside::lost(otherwise))
    }
}

// What is known well enough by exact name is left out; a mere resemblance is not.
fn nothing(what: &'static str, hint: &Hint, _catalogue: &Catalogue) -> Resolved {
    if hint.basis <= Basis::Alias {
        Resolved::Aside(Aside::lost(what))
    } else {
        Resolved::Values
    }
}

fn from_header(
    column: &ColumnSample,
    hint: &Hint,
    content: Content<'_>,
    context: &Context,
    catalogue: &Catalogue,
    field: &Field,
    shift: i64,
) -> Reading {
    let label = catalogue.label(field);
    let header = column.header.trim();
    let (score, confidence, reason) = match hint.basis {
        Basis::Own => (
            OWN,
            Confidence::Exact,
            format!("“{header}” is our field {label}"),
        ),
        Basis::Alias => (
            ALIAS,
            Confidence::Exact,
            format!("“{header}” is a name for {label}"),
        ),
        Basis::Words => (
            WORDS,
            Confidence::Likely,
            format!("the words of “{header}” say {label}"),
        ),
        Basis::Typo => (
            TYPO,
            Confidence::Likely,
            format!("“{header}” is spelled almost like a name for {label}"),
        ),
    };
    let score = score - PER_RANK * (i64::from(hint.rank) + shift);
    let likely = confidence == Confidence::Exact && shift > 0;
    let confidence = if likely {
        Confidence::Likely
    } else {
        confidence
    };
    let candidate = |score, confidence, reason| Candidate {
        field: field.clone(),
        score,
        confidence,
        reason,
    };
    match content.fit(field) {
        Fit::Fits => Reading {
            candidates: vec![candidate(score, confidence, reason)],
            otherwise: Aside::known(format!("{label} comes from another column")),
        },
        Fit::Doubtful(but) => Reading {
            candidates: vec![candidate(
                score.min(DOUBT + i64::from(hint.basis <= Basis::Alias) * 100),
                Confidence::Check,
                format!("{reason}, but {but}"),
            )],
            otherwise: Aside::unsure(format!("{reason}, but {but}")),
        },
        Fit::Contradicts(but) if is_wanted(field, context.preset) => Reading {
            candidates: vec![candidate(
                DOUBT,
                Confidence::Check,
                format!("{reason}, but {but}"),
            )],
            otherwise: Aside::unsure(format!("{reason}, but {but}")),
        },
        Fit::Contradicts(but) => contradicted(content, &reason, but),
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
fn from_values(column: &ColumnSample, content: Content<'_>, context: &Context) -> Reading {
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
    } else if content.is_people() && !(context.has_full || context.has_first || context.has_last) {
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
