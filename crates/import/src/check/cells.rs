//! One cell on its way in: its column or default, the formula guard, white space, `{empty}`.

use std::borrow::Cow;

use kernel::{Code, Problem, Severity, invisible, is_formula_like};

use super::{RowCheck, Source};
use crate::{candidate::Cell, values::ValueAction};

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
        Some(ValueAction::Ignore | ValueAction::SkipRows) => match &source.default {
            Some(default) => Input::Text(default.as_str().into()),
            None => Input::Blank,
        },
    }
}

impl<'a> RowCheck<'a> {
    /// The cell of a source, or its default, as the rules for its values have it.
    pub(super) fn input<'s>(&mut self, field: &str, source: &'s Source) -> Input<'s>
    where
        'a: 's,
    {
        let column = source.columns.first().copied();
        match self.input_at(field, source, column) {
            Input::Text(text) => meant(source, text),
            blank => blank,
        }
    }

    /// The cell of one column of a source, or the source's default.
    pub(super) fn input_at<'s>(
        &mut self,
        field: &str,
        source: &'s Source,
        column: Option<usize>,
    ) -> Input<'s>
    where
        'a: 's,
    {
        let record: &'a tabular::Record = self.record;
        let raw: &'a str = column
            .and_then(|column| record.cell(column))
            .unwrap_or_default();
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            return match &source.default {
                Some(default) => Input::Text(default.as_str().into()),
                None => Input::Blank,
            };
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
                problem.column = column.map(|column| column as u32);
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
