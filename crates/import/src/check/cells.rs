//! One cell on its way in: its column or default, the formula guard, white space, `{empty}`.

use std::borrow::Cow;

use kernel::{Code, Problem, Severity, invisible, is_formula_like};

use super::{RowCheck, Source};
use crate::{candidate::Cell, settings::Blank, values::ValueAction};

/// The text that clears a value.
const EMPTY: &str = "{empty}";

/// Whether a cell says that a value is to go.
pub(crate) fn is_empty_word(cell: &str) -> bool {
    cell.trim().eq_ignore_ascii_case(EMPTY)
}

/// What a cell says.
pub(super) enum Input<'a> {
    /// Nothing.
    Blank,
    /// That the value is to go.
    Clear,
    /// A text that is not blank.
    Text(Cow<'a, str>),
}

impl Input<'_> {
    /// What a cell without a text says of a value.
    pub(super) const fn cell(&self) -> Cell<'static> {
        match self {
            Self::Clear => Cell::Clear,
            Self::Blank | Self::Text(_) => Cell::Absent,
        }
    }
}

/// What a text stands for. A value that is ignored is as good as none, so that the default counts.
fn meant<'s>(source: &'s Source, text: Cow<'s, str>) -> Input<'s> {
    match source.rules.get(&text) {
        None | Some(ValueAction::Create) => Input::Text(text),
        Some(ValueAction::Use(name)) => Input::Text(name.as_str().into()),
        Some(ValueAction::Ignore | ValueAction::SkipRows) => default_of(source),
    }
}

fn default_of(source: &Source) -> Input<'_> {
    match &source.default {
        Some(default) => Input::Text(default.as_str().into()),
        None => Input::Blank,
    }
}

impl<'a> RowCheck<'a> {
    /// The cell of a source, or its default, as the rules for its values have it.
    pub(super) fn input<'s>(&mut self, field: &str, source: &'s Source) -> Input<'s>
    where
        'a: 's,
    {
        let input = match &source.join {
            Some(join) if source.columns.len() > 1 => self.joined(field, source, join),
            _ => self.input_at(field, source, 0),
        };
        let input = match input {
            Input::Text(text) => meant(source, text),
            blank => blank,
        };
        match input {
            Input::Blank if source.blank == Blank::Clear && !source.columns.is_empty() => {
                Input::Clear
            }
            input => input,
        }
    }

    /// The values of several columns as one, without those that are blank.
    fn joined<'s>(&mut self, field: &str, source: &'s Source, join: &str) -> Input<'s>
    where
        'a: 's,
    {
        let mut all = String::new();
        let mut clears = false;
        for place in 0..source.columns.len() {
            match self.cell_at(field, source, place) {
                Input::Text(text) => {
                    if !all.is_empty() {
                        all.push_str(join);
                    }
                    all.push_str(&text);
                }
                Input::Clear => clears = true,
                Input::Blank => {}
            }
        }
        match (all.is_empty(), clears) {
            (false, _) => Input::Text(all.into()),
            (true, true) => Input::Clear,
            (true, false) => default_of(source),
        }
    }

    /// The cell of one column of a source, counted from 0, or the source's default.
    pub(super) fn input_at<'s>(
        &mut self,
        field: &str,
        source: &'s Source,
        place: usize,
    ) -> Input<'s>
    where
        'a: 's,
    {
        match self.cell_at(field, source, place) {
            Input::Blank => default_of(source),
            input => input,
        }
    }

    fn cell_at<'s>(&mut self, field: &str, source: &'s Source, place: usize) -> Input<'s>
    where
        'a: 's,
    {
        let record: &'a tabular::Record = self.record;
        let raw: &'a str = source.text(record, place);
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            return Input::Blank;
        }
        if is_empty_word(trimmed) {
            return Input::Clear;
        }
        let unguarded = tabular::restore(trimmed);
        if trimmed.len() != raw.len() {
            self.fixed(Code::FixedSpaces, field, source, raw, trimmed);
        }
        if unguarded.is_ascii() {
            return Input::Text(Cow::Borrowed(unguarded));
        }
        match invisible(unguarded) {
            Some(found) => {
                let mut problem = Problem::new(Code::InvisibleCharacters)
                    .field(field)
                    .value(raw)
                    .detail(found.detail())
                    .suggest(found.cleaned.clone());
                problem.severity = Severity::Check;
                problem.column = source.columns.get(place).map(|column| *column as u32);
                self.tell(problem);
                if found.cleaned.trim().is_empty() {
                    Input::Blank
                } else {
                    Input::Text(found.cleaned.into())
                }
            }
            None => Input::Text(Cow::Borrowed(unguarded)),
        }
    }

    /// Marks a text that a spreadsheet program would take for a formula.
    pub(super) fn look_at_formula(&mut self, field: &str, source: &Source, text: &str) {
        if is_formula_like(text) {
            let mut problem = Problem::new(Code::FormulaLike).field(field).value(text);
            problem.column = source.columns.first().map(|column| *column as u32);
            self.tell(problem);
        }
    }
}
