//! The rows an action is about, in file order, as they are now.

use std::ops::ControlFlow;

use kernel::Code;

use super::{Edit, Overlay, Rows, overlay::RowChanges, rewrite::Matcher};
use crate::{
    Import, Refusal,
    fields::Field,
    files::{BlockReader, Codes, Folder},
    imports::{Imports, window::damaged},
    results::{Outcome, ProblemRow, decode_cells},
    store,
};

/// Problems read together.
const PROBLEMS: usize = 5_000;
/// A row that is further ahead is jumped to.
const FAR: u64 = 512;

/// A value that an action is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) column: usize,
    /// The faulty part of a list.
    pub(super) part: Option<String>,
    pub(super) suggestion: Option<String>,
}

/// A row that an action is about.
pub(crate) struct Visit<'a> {
    pub(crate) row: u64,
    /// Its place among the rows of the file, from 0.
    pub(crate) place: u32,
    /// Its cells with all changes so far.
    pub(crate) cells: &'a [String],
    pub(super) changes: Option<&'a RowChanges>,
    /// The values the action is about; for rows without a problem of theirs, all of its columns.
    pub(super) targets: &'a [Target],
}

/// A row as it is now.
pub(super) struct CurrentRow<'a> {
    pub(super) row: u64,
    /// Its place among the rows of the file, from 0.
    pub(super) place: u32,
    pub(super) cells: &'a [String],
    pub(super) changes: Option<&'a RowChanges>,
}

impl<'a> CurrentRow<'a> {
    const fn visit(&self, targets: &'a [Target]) -> Visit<'a> {
        Visit {
            row: self.row,
            place: self.place,
            cells: self.cells,
            changes: self.changes,
            targets,
        }
    }
}

type Each<'a> = &'a mut dyn FnMut(&Visit<'_>) -> Result<ControlFlow<()>, Refusal>;

/// Reads rows one after the other or by number; numbers that ascend are found fastest.
pub(super) struct RowReader<'a> {
    folder: Folder,
    reader: BlockReader,
    at: u64,
    overlay: Option<Overlay<'a>>,
    entry: Vec<u8>,
    cells: Vec<String>,
}

impl<'a> RowReader<'a> {
    pub(super) fn open(imports: &'a Imports, import: &'a Import) -> Result<Self, Refusal> {
        let folder = imports.folder(import.id);
        if !folder.has_cells() {
            return Err(Refusal::WrongState(import.state));
        }
        Ok(Self {
            reader: BlockReader::open(&folder.cells())?,
            folder,
            at: 0,
            overlay: Overlay::open(&imports.db, import)?,
            entry: Vec::new(),
            cells: Vec::new(),
        })
    }

    /// The next row of the file.
    pub(super) fn next(&mut self) -> Result<Option<CurrentRow<'_>>, Refusal> {
        if self.advance()? {
            self.current().map(Some)
        } else {
            Ok(None)
        }
    }

    /// The row of this number.
    pub(super) fn find(&mut self, row: u64) -> Result<Option<CurrentRow<'_>>, Refusal> {
        if row <= self.at || row > self.at + FAR {
            self.reader = BlockReader::open_at(&self.folder.cells(), row)?;
            self.at = 0;
        }
        while self.at < row {
            if !self.advance()? {
                return Ok(None);
            }
        }
        if self.at == row {
            self.current().map(Some)
        } else {
            Ok(None)
        }
    }

    fn advance(&mut self) -> Result<bool, Refusal> {
        let Some((row, entry)) = self.reader.next()? else {
            return Ok(false);
        };
        self.at = row;
        self.entry.clear();
        self.entry.extend_from_slice(entry);
        Ok(true)
    }

    /// The row read last, with what was changed of it.
    fn current(&mut self) -> Result<CurrentRow<'_>, Refusal> {
        let place = decode_cells(&self.entry, &mut self.cells).ok_or_else(damaged)?;
        let changes = match &mut self.overlay {
            Some(overlay) => overlay.of(self.at)?,
            None => None,
        };
        if let Some(changes) = changes {
            changes.amend(&mut self.cells);
        }
        Ok(CurrentRow {
            row: self.at,
            place,
            cells: &self.cells,
            changes,
        })
    }
}

impl Imports {
    /// Calls `each` with the rows of an action until it has enough.
    pub(crate) fn walk(&self, import: &Import, edit: &Edit, each: Each<'_>) -> Result<(), Refusal> {
        let mut reader = RowReader::open(self, import)?;
        match &edit.rows {
            Rows::Problem { code, field, value } => self.walk_problems(
                import,
                edit,
                &mut reader,
                (code, field, value.as_deref()),
                each,
            ),
            Rows::Numbers { rows } => {
                let mut rows = rows.clone();
                rows.sort_unstable();
                rows.dedup();
                let targets = targets_of(import, &edit.columns);
                for row in rows {
                    let Some(current) = reader.find(row)? else {
                        let detail = format!("row {row}");
                        return Err(Refusal::new(Code::RowUnknown, detail));
                    };
                    if each(&current.visit(&targets))?.is_break() {
                        return Ok(());
                    }
                }
                Ok(())
            }
            Rows::All => self.walk_file(import, edit, &mut reader, None, None, each),
            Rows::Filter { outcome, cell } => {
                let outcome = outcome.as_deref().and_then(Outcome::parse);
                let matcher = match cell {
                    Some(cell) => Some((cell.column, Matcher::of_filter(cell)?)),
                    None => None,
                };
                self.walk_file(import, edit, &mut reader, outcome, matcher, each)
            }
        }
    }

    fn walk_file(
        &self,
        import: &Import,
        edit: &Edit,
        reader: &mut RowReader<'_>,
        outcome: Option<Outcome>,
        cell: Option<(Option<usize>, Matcher)>,
        each: Each<'_>,
    ) -> Result<(), Refusal> {
        let outcomes = match outcome {
            Some(wanted) => Some((
                wanted.code(),
                Codes::load(&self.folder(import.id).outcomes())?,
            )),
            None => None,
        };
        let targets = targets_of(import, &edit.columns);
        while let Some(current) = reader.next()? {
            let has_outcome = outcomes
                .as_ref()
                .is_none_or(|(wanted, codes)| codes.get(current.place as usize) == *wanted);
            let is_wanted = has_outcome
                && cell
                    .as_ref()
                    .is_none_or(|(column, matcher)| has_text(current.cells, *column, matcher));
            if is_wanted && each(&current.visit(&targets))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn walk_problems(
        &self,
        import: &Import,
        edit: &Edit,
        reader: &mut RowReader<'_>,
        (code, field, value): (&str, &str, Option<&str>),
        each: Each<'_>,
    ) -> Result<(), Refusal> {
        let field = Some(field).filter(|field| !field.is_empty());
        let mut after = 0;
        loop {
            let limit = PROBLEMS as i64;
            let mut page = self
                .db
                .read_blocking(|tx| store::problems::page(tx, import, code, field, after, limit))?;
            let Some(last) = page.last().map(|problem| problem.row) else {
                return Ok(());
            };
            let is_full = page.len() == PROBLEMS;
            if is_full && page.first().is_some_and(|first| first.row != last) {
                // The last row may have more problems than the page had room for.
                page.retain(|problem| problem.row != last);
            }
            after = page.last().map_or(last, |problem| problem.row);
            for problems in page.chunk_by(|a, b| a.row == b.row) {
                let targets = targets_of_problems(import, edit, problems, value);
                let Some(row) = problems.first().map(|problem| problem.row as u64) else {
                    continue;
                };
                if value.is_some_and(|value| problems.iter().all(|other| other.value != value)) {
                    continue;
                }
                let Some(current) = reader.find(row)? else {
                    return Err(damaged());
                };
                if each(&current.visit(&targets))?.is_break() {
                    return Ok(());
                }
            }
            if !is_full {
                return Ok(());
            }
        }
    }
}

/// Whether a text stands in a column, or in any.
pub(crate) fn has_text(cells: &[String], column: Option<usize>, matcher: &Matcher) -> bool {
    match column {
        Some(column) => matcher.is_in(cells.get(column).map_or("", String::as_str)),
        None => cells.iter().any(|cell| matcher.is_in(cell)),
    }
}

/// The named columns, or all.
fn targets_of(import: &Import, columns: &[usize]) -> Vec<Target> {
    let all: Vec<usize> = match &import.mapping {
        Some(mapping) if columns.is_empty() => {
            mapping.columns.iter().map(|column| column.column).collect()
        }
        _ => columns.to_vec(),
    };
    all.into_iter()
        .map(|column| Target {
            column,
            part: None,
            suggestion: None,
        })
        .collect()
}

/// The columns the problems of a row are in, or those that were named.
fn targets_of_problems(
    import: &Import,
    edit: &Edit,
    problems: &[ProblemRow],
    value: Option<&str>,
) -> Vec<Target> {
    if !edit.columns.is_empty() {
        return targets_of(import, &edit.columns);
    }
    let mut targets = Vec::new();
    for problem in problems {
        if value.is_some_and(|value| problem.value != value) {
            continue;
        }
        let field = problem.field.as_deref().and_then(Field::from_key);
        let own = problem.column.map(|column| column as usize);
        let column = own.or_else(|| {
            let mapping = import.mapping.as_ref()?;
            mapping.columns_of(field.as_ref()?).first().copied()
        });
        let Some(column) = column else {
            continue;
        };
        let is_list = field.as_ref().is_some_and(Field::is_list);
        let target = Target {
            column,
            part: is_list.then(|| problem.value.clone()),
            suggestion: problem.suggestion.clone(),
        };
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    targets
}
