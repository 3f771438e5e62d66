//! Checking one row after the other: cells become canonical values, and everything that is wrong
//! is collected in one pass.
//!
//! Not here: what other rows or the directory have to do with a row, see `matching` and `decide`.

mod access;
mod cards;
mod cells;
mod compile;
mod links;
mod names;
mod skips;
mod values;

pub(crate) use cells::is_empty_word;
pub(crate) use compile::{CheckContext, compile};
pub(crate) use links::names_in;

use std::collections::HashMap;

use directory::Ctx;
use kernel::{CardRadix, Code, DateOrder, Fault, Problem, Region, Severity, SiteZone, Timestamp};
use tabular::Record;

use crate::{
    candidate::{Candidate, Scalar, Shape},
    fields::{Field, Kind},
    mapping::{Side, Split},
    options::Ways,
    references::References,
    settings::{Blank, CardHeld, ListWay},
    store::problem_counts::ProblemCounts,
    values::Rules,
};

/// How many normalised values of one kind are listed one by one; all are counted.
pub(crate) const LISTED_FIXES: i64 = 1_000;

/// A field with where its value comes from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Columns, several only for lists and for what is joined.
    columns: Vec<usize>,
    /// Which part of each column it is; none for the whole cell.
    parts: Vec<Option<(Split, Side)>>,
    /// What is put between the values of several columns.
    join: Option<String>,
    /// What a blank cell means.
    blank: Blank,
    /// What the names of a list do.
    list: ListWay,
    /// Value for rows without one.
    default: Option<String>,
    /// The preset cannot do without it.
    required: bool,
    /// What its values mean.
    rules: Rules,
}

impl Source {
    /// The text of a row in one of its columns, counted from 0.
    fn text<'r>(&self, record: &'r Record, place: usize) -> &'r str {
        let cell = self
            .columns
            .get(place)
            .and_then(|column| record.cell(*column))
            .unwrap_or_default();
        match self.parts.get(place) {
            Some(Some((split, side))) => split.part(cell, *side),
            Some(None) | None => cell,
        }
    }
}

/// What one step of checking fills.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// First and last name, from one column or two.
    Name {
        full: Option<Source>,
        first: Option<Source>,
        last: Option<Source>,
    },
    /// A single value.
    Value {
        field: Field,
        scalar: Scalar,
        source: Source,
    },
    /// A field of the account's own.
    Custom {
        key: String,
        kind: Kind,
        choices: Vec<String>,
        source: Source,
    },
    /// A licence.
    Module {
        key: String,
        label: String,
        owned: bool,
        source: Source,
    },
    /// Groups, teams or workflows.
    Links { field: Field, source: Source },
    /// Card number, type and validity.
    Card {
        id: Source,
        card_type: Option<Source>,
        start: Option<Source>,
        end: Option<Source>,
    },
    /// Devices with access type, window and schedule.
    Access {
        devices: Source,
        access_type: Option<Source>,
        start: Option<Source>,
        end: Option<Source>,
        schedule: Option<Source>,
    },
}

/// Checks rows; made once for an import.
pub(crate) struct RowChecker {
    pub(crate) shape: Shape,
    pub(crate) references: References,
    pub(crate) counts: ProblemCounts,
    /// What known people's fields follow.
    pub(crate) ways: Ways,
    /// A digest of everything that the check of a row depends on, but for its cells and the time.
    pub(crate) grounds: String,
    /// When the first card of those seen expires that has not yet.
    pub(crate) next_expiry: Option<Timestamp>,
    steps: Vec<Step>,
    ctx: Ctx,
    region: Option<Region>,
    zone: SiteZone,
    date_order: Option<DateOrder>,
    radix: CardRadix,
    split_at_commas: bool,
    columns: usize,
    /// Sources with values that leave their rows out.
    skipping: Vec<(Field, Source)>,
    /// Kinds of values that are not to be brought into their standard form: code and field.
    as_written: Vec<(Code, String)>,
    /// What a list cell meant the last time, by kind and text.
    seen_lists: HashMap<(u8, String), Vec<u32>>,
}

/// What checking found out about one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// A value must be fixed before the row can be imported.
    pub(crate) bad: bool,
    /// What is wrong with the name has been said.
    pub(crate) name_told: bool,
    /// A person has left the row out, or a value of it does.
    pub(crate) left_out: bool,
    /// What a person has said of the row's card, if somebody else holds it.
    pub(crate) card_held: Option<CardHeld>,
}

impl Verdict {
    /// The verdict as it is stored before a candidate.
    pub(crate) const fn bits(self) -> u8 {
        let card = match self.card_held {
            None => 0,
            Some(CardHeld::Refuse) => 1,
            Some(CardHeld::Leave) => 2,
            Some(CardHeld::Move) => 3,
        };
        self.bad as u8 | (self.name_told as u8) << 1 | (self.left_out as u8) << 2 | card << 3
    }

    /// The verdict that was stored.
    pub(crate) const fn of_bits(bits: u8) -> Self {
        Self {
            bad: bits & 1 != 0,
            name_told: bits & 2 != 0,
            left_out: bits & 4 != 0,
            card_held: match (bits >> 3) & 3 {
                0 => None,
                1 => Some(CardHeld::Refuse),
                2 => Some(CardHeld::Leave),
                _ => Some(CardHeld::Move),
            },
        }
    }
}

/// The row being checked, with what is found out about it.
struct RowCheck<'a> {
    record: &'a Record,
    candidate: &'a mut Candidate,
    problems: &'a mut Vec<Problem>,
    counts: &'a mut ProblemCounts,
    as_written: &'a [(Code, String)],
    verdict: Verdict,
}

impl RowChecker {
    /// Checks a row. Problems are appended; the candidate is overwritten.
    pub(crate) fn check(
        &mut self,
        record: &Record,
        candidate: &mut Candidate,
        problems: &mut Vec<Problem>,
    ) -> Verdict {
        candidate.begin(record.row(), record.line());
        if let Some(problem) = self.skipped(record) {
            self.counts
                .add(problem.code, problem.severity, problem.field.as_deref());
            problems.push(problem);
            return Verdict {
                left_out: true,
                ..Verdict::default()
            };
        }
        // The steps are lent out while the checker's caches are used.
        let steps = std::mem::take(&mut self.steps);
        let mut counts = std::mem::take(&mut self.counts);
        let as_written = std::mem::take(&mut self.as_written);
        let mut row = RowCheck {
            record,
            candidate,
            problems,
            counts: &mut counts,
            as_written: &as_written,
            verdict: Verdict::default(),
        };
        self.check_line(&mut row);
        for step in &steps {
            self.step(step, &mut row);
        }
        advise_phone(&self.shape, &mut row);
        let verdict = row.verdict;
        self.steps = steps;
        self.counts = counts;
        self.as_written = as_written;
        verdict
    }

    /// Reads the values of a row without telling or counting what is wrong with them.
    pub(crate) fn read_quietly(&mut self, record: &Record, candidate: &mut Candidate) {
        let counts = std::mem::take(&mut self.counts);
        self.check(record, candidate, &mut Vec::new());
        self.counts = counts;
    }

    fn check_line(&self, row: &mut RowCheck<'_>) {
        for fault in row.record.faults() {
            let code = match fault {
                tabular::Fault::BadBytes => Code::BadBytes,
                tabular::Fault::UnclosedQuote => Code::UnclosedQuote,
                tabular::Fault::StrayQuote => Code::BrokenLine,
                tabular::Fault::TooManyColumns => Code::TooManyColumns,
                tabular::Fault::TooFewColumns => Code::TooFewColumns,
            };
            let cells = row.record.len();
            let detail = match code {
                Code::TooManyColumns | Code::TooFewColumns => {
                    format!("{cells} cells in a table of {} columns", self.columns)
                }
                _ => String::new(),
            };
            row.tell(Problem::new(code).detail(detail));
        }
    }

    fn step(&mut self, step: &Step, row: &mut RowCheck<'_>) {
        match step {
            Step::Name { full, first, last } => {
                names::check(row, full.as_ref(), first.as_ref(), last.as_ref());
            }
            Step::Value {
                field,
                scalar,
                source,
            } => self.value(row, field, scalar, source),
            Step::Custom {
                key,
                kind,
                choices,
                source,
            } => {
                self.custom(row, key, *kind, choices, source);
            }
            Step::Module {
                key,
                label,
                owned,
                source,
            } => {
                values::module(row, key, label, *owned, source);
            }
            Step::Links { field, source } => self.links(row, field, source),
            Step::Card {
                id,
                card_type,
                start,
                end,
            } => {
                self.card(row, id, card_type.as_ref(), start.as_ref(), end.as_ref());
            }
            Step::Access {
                devices,
                access_type,
                start,
                end,
                schedule,
            } => {
                self.links(row, &Field::Devices, devices);
                self.access(
                    row,
                    access_type.as_ref(),
                    [start.as_ref(), end.as_ref()],
                    schedule.as_ref(),
                );
            }
        }
    }
}

impl RowCheck<'_> {
    /// Adds a problem to the row.
    fn tell(&mut self, problem: Problem) {
        if problem.severity == Severity::MustFix {
            self.verdict.bad = true;
        }
        // Rows are counted: two unknown teams of one row are one row with an unknown team.
        let alike = |other: &Problem| other.code == problem.code && other.field == problem.field;
        if !self.problems.iter().any(alike) {
            self.counts
                .add(problem.code, problem.severity, problem.field.as_deref());
        }
        self.problems.push(problem);
    }

    /// Adds what is wrong with a value.
    fn fault(&mut self, field: &str, source: &Source, raw: &str, fault: Fault) {
        let column = source.columns.first().map(|column| *column as u32);
        self.tell(fault.into_problem(Some(field), column, raw));
    }

    /// Counts a value that was brought into its standard form, and lists the first of each kind.
    ///
    /// Where a person wants no such values changed, it is to be fixed by a person.
    fn fixed(&mut self, code: Code, field: &str, source: &Source, raw: &str, now: &str) {
        if self
            .as_written
            .iter()
            .any(|(other, of)| *other == code && of == field)
        {
            let mut problem = Problem::new(Code::NotStandard)
                .field(field)
                .value(raw)
                .suggest(now);
            problem.column = source.columns.first().map(|column| *column as u32);
            return self.tell(problem);
        }
        if self.counts.add(code, Severity::Fixed, Some(field)) > LISTED_FIXES {
            return;
        }
        let mut problem = Problem::new(code)
            .field(field)
            .value(raw)
            .detail(format!("now `{now}`"));
        problem.column = source.columns.first().map(|column| *column as u32);
        self.problems.push(problem);
    }
}

/// S3.15: a phone number lets responders reach a lone worker.
fn advise_phone(shape: &Shape, row: &mut RowCheck<'_>) {
    let Some(place) = shape
        .0
        .iter()
        .position(|field| matches!(field, Scalar::Module(key) if key == "lone_working"))
    else {
        return;
    };
    if row.candidate.cell(place).value() != Some("true") {
        return;
    }
    let phone = shape
        .place(&Scalar::Phone)
        .and_then(|place| row.candidate.cell(place).value());
    let told = row
        .problems
        .iter()
        .any(|problem| problem.field.as_deref() == Some("phone"));
    if phone.is_none() && !told {
        row.tell(Problem::new(Code::PhoneAdvised).field("phone"));
    }
}
