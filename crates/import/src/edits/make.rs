//! Previewing, doing, listing and undoing actions.

use std::ops::ControlFlow;

use db::{Tx, from_row};
use directory::{Action, Ctx};
use kernel::{Code, ImportId};
use tabular::Record;

use super::{
    Edit, EditRecord, Fix, Rows,
    overlay::{CARD, ROW, RowMark},
    rewrite::{Rewriter, check_length},
    store::{self, NewCell},
    walk::Visit,
};
use crate::{
    Import, Refusal, State, candidate::Candidate, imports::Imports, settings::CardHeld,
    store as imports_store,
};

/// Cells written together.
const CELLS: usize = 20_000;
/// Values shown before and after in a preview.
const SHOWN: usize = 20;
/// Changed rows that a preview checks.
const TRIED: i64 = 1_000;
/// Actions listed.
const LISTED: i64 = 200;

/// A cell before and after an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedCell {
    /// Row number as a spreadsheet shows it.
    pub row: i64,
    /// The column from 0; -1 for what becomes of the row as a whole, -2 for what becomes of its card.
    pub column: i64,
    /// The value before.
    pub before: String,
    /// The value after.
    pub after: String,
}

from_row!(EditedCell {
    row: row_no,
    column: column_no,
    before,
    after: value
});

/// What an action would do.
#[derive(Clone, Debug, Default)]
pub struct EditPreview {
    /// Rows the action is about.
    pub rows: i64,
    /// Rows it would change.
    pub changed: i64,
    /// Cells it would change.
    pub cells: i64,
    /// The first changes.
    pub examples: Vec<EditedCell>,
    /// Changed rows that were checked with their new values, at most 1,000.
    pub tried: i64,
    /// Of these, rows whose values could then be imported.
    pub good: i64,
}

impl Imports {
    /// What an action would do to a draft that was checked; nothing is changed.
    pub fn preview_edit(
        &self,
        ctx: &Ctx,
        id: ImportId,
        edit: &Edit,
    ) -> Result<EditPreview, Refusal> {
        let import = self.editable(ctx, id, None)?;
        let mut checker = self.checker(ctx, &import)?;
        let mut preview = EditPreview::default();
        let (mut candidate, mut told) = (Candidate::default(), Vec::new());
        self.changes_of(&import, edit, &mut |row, all, changed| {
            preview.rows += 1;
            if changed.is_empty() {
                return Ok(());
            }
            preview.changed += 1;
            preview.cells += changed.len() as i64;
            for cell in changed {
                if preview.examples.len() < SHOWN {
                    preview.examples.push(EditedCell {
                        row: row as i64,
                        column: cell.0,
                        before: cell.1.clone(),
                        after: cell.2.clone(),
                    });
                }
            }
            if preview.tried < TRIED {
                preview.tried += 1;
                told.clear();
                let record = record_with(row, all, changed);
                let verdict = checker.check(&record, &mut candidate, &mut told);
                preview.good += i64::from(!verdict.bad);
            }
            Ok(())
        })?;
        Ok(preview)
    }

    /// Does something to rows of a draft that was checked. The plan has to be made again.
    pub fn edit(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        edit: &Edit,
    ) -> Result<(Import, EditRecord), Refusal> {
        let import = self.editable(ctx, id, rev)?;
        if matches!(
            &edit.fix,
            Fix::Card {
                held: CardHeld::Move
            }
        ) {
            ctx.require(Action::ManageCards)?;
        }
        self.write_edit(ctx, import, edit, |import, each| {
            self.changes_of(import, edit, &mut |row, _, changed| each(row, changed))
        })
    }

    /// The actions of an import, latest first; at most 200.
    pub fn edits(&self, ctx: &Ctx, id: ImportId) -> Result<Vec<EditRecord>, Refusal> {
        let import = self.find(ctx, id)?;
        self.db
            .read_blocking(|tx| store::list(tx, &import, LISTED))
            .map_err(Refusal::Db)
    }

    /// Cells of an action in rows after one, in file order; at most 500.
    pub fn edit_cells(
        &self,
        ctx: &Ctx,
        id: ImportId,
        number: i64,
        after: u64,
        limit: i64,
    ) -> Result<Vec<EditedCell>, Refusal> {
        let import = self.find(ctx, id)?;
        self.db
            .read_blocking(|tx| store::cells(tx, &import, number, after, limit.clamp(1, 500)))
            .map_err(Refusal::Db)
    }

    /// Takes an action back, or lets it count again.
    pub fn set_edit_undone(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        number: i64,
        is_undone: bool,
    ) -> Result<Import, Refusal> {
        let mut import = self.editable(ctx, id, rev)?;
        let at = is_undone.then(|| ctx.now());
        let (account, of) = (import.account, import.id);
        self.unplan(ctx, &mut import, |tx| {
            if store::set_undone(tx, account, of, number, at)? {
                return Ok(());
            }
            Err(Refusal::new(Code::EditUnknown, format!("number {number}")))
        })?;
        Ok(import)
    }

    /// Whether values of a field are brought into their standard form, by the code under which that
    /// is listed; without a code, every such form of the field. The plan has to be made again.
    pub fn set_standard_form(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        (code, field): (Option<Code>, &str),
        is_wanted: bool,
    ) -> Result<Import, Refusal> {
        let mut import = self.editable(ctx, id, rev)?;
        let kinds = &mut import.settings.as_written;
        kinds.retain(|(other, of)| of != field || code.is_some_and(|code| code != *other));
        if let (Some(code), false) = (code, is_wanted) {
            kinds.push((code, field.to_owned()));
        }
        self.unplan(ctx, &mut import, |_| Ok(()))?;
        Ok(import)
    }

    /// A draft whose rows were read.
    pub(super) fn editable(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
    ) -> Result<Import, Refusal> {
        let import = self.load_for_change(ctx, id, rev)?;
        let was_read = self.folder(id).cells_layout().exists();
        if import.state.is_draft() && was_read {
            Ok(import)
        } else {
            Err(Refusal::WrongState(import.state))
        }
    }

    /// What was shown is not what would happen any more, from the moment on when `also` is stored.
    fn unplan(
        &self,
        ctx: &Ctx,
        import: &mut Import,
        also: impl FnOnce(&mut Tx<'_>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        import.plan = None;
        import.state = State::Mapping;
        import.changed_by(ctx, "cells");
        self.save_change_with(ctx, import, also)
    }

    /// Writes the changes that `produce` makes as one action.
    ///
    /// The action counts only once all of its cells are there, so that a process may end at any time.
    pub(super) fn write_edit(
        &self,
        ctx: &Ctx,
        mut import: Import,
        edit: &Edit,
        produce: impl FnOnce(&Import, &mut EachRow<'_>) -> Result<(), Refusal>,
    ) -> Result<(Import, EditRecord), Refusal> {
        let now = ctx.now();
        let number = self
            .db
            .write_blocking(|tx| store::begin(tx, &import, edit, &ctx.actor, now))?;
        let (mut rows, mut cells) = (0, 0);
        let mut waiting: Vec<NewCell> = Vec::new();
        produce(&import, &mut |row, changed| {
            rows += i64::from(!changed.is_empty());
            cells += changed.len() as i64;
            waiting.extend(changed.iter().map(|(column, before, value)| NewCell {
                account: import.account,
                import: import.id,
                edit: number,
                row,
                column: *column,
                before: before.clone(),
                value: value.clone(),
            }));
            if waiting.len() >= CELLS {
                self.db.write_blocking(|tx| tx.bulk(&waiting))?;
                waiting.clear();
            }
            Ok(())
        })?;
        self.db.write_blocking(|tx| tx.bulk(&waiting))?;
        // Whoever was faster wins, and what was written here never counts.
        let (account, of) = (import.account, import.id);
        self.unplan(ctx, &mut import, |tx| {
            store::finish(tx, account, of, number, (rows, cells)).map_err(Refusal::Db)
        })?;
        let record = EditRecord {
            number,
            edit: edit.clone(),
            rows,
            cells,
            made_by: ctx.actor.name.clone(),
            made_at: now,
            is_undone: false,
            undone_at: None,
        };
        Ok((import, record))
    }

    /// Calls `each` with every row of an action, its cells, and what changes of them.
    fn changes_of(
        &self,
        import: &Import,
        edit: &Edit,
        each: &mut EachChange<'_>,
    ) -> Result<(), Refusal> {
        if let Fix::Duplicates { keep } = &edit.fix {
            return self.duplicates_kept(import, edit, *keep, each);
        }
        check_columns(import, edit)?;
        let rewriter = Rewriter::new(&edit.fix)?;
        let mark = mark_of(&edit.fix);
        self.walk(import, edit, &mut |visit| {
            let changed = match (&edit.fix, mark) {
                (Fix::Cells { cells }, _) => set_cells(visit, cells)?,
                (Fix::Card { held }, _) => told_of_card(visit, *held),
                (_, Some(mark)) => marked(visit, mark),
                (_, None) => rewritten(visit, &rewriter)?,
            };
            each(visit.row, visit.cells, &changed)?;
            Ok(ControlFlow::Continue(()))
        })
    }
}

/// A cell that changes: column, before, after.
pub(super) type Changed = (i64, String, String);

/// Takes a row, its cells as they are now, and what changes of them.
pub(super) type EachChange<'a> = dyn FnMut(u64, &[String], &[Changed]) -> Result<(), Refusal> + 'a;

/// Takes a row with what changes of it.
pub(super) type EachRow<'a> = dyn FnMut(u64, &[Changed]) -> Result<(), Refusal> + 'a;

const fn mark_of(fix: &Fix) -> Option<RowMark> {
    match fix {
        Fix::Skip => Some(RowMark::Skip),
        Fix::Take => Some(RowMark::Take),
        Fix::Accept => Some(RowMark::Accept),
        _ => None,
    }
}

/// The change of a row's mark, unless it has it.
fn marked(visit: &Visit<'_>, mark: RowMark) -> Vec<Changed> {
    let before = visit.changes.and_then(|changes| changes.mark);
    if before == Some(mark) || (mark == RowMark::Take && before != Some(RowMark::Skip)) {
        return Vec::new();
    }
    let before = before.map_or("", RowMark::as_str).to_owned();
    vec![(ROW, before, mark.as_str().to_owned())]
}

/// The change of what becomes of a row's card, unless it has been said.
fn told_of_card(visit: &Visit<'_>, held: CardHeld) -> Vec<Changed> {
    let before = visit.changes.and_then(|changes| changes.card_held);
    if before == Some(held) {
        return Vec::new();
    }
    let before = before.map_or("", CardHeld::as_str).to_owned();
    vec![(CARD, before, held.as_str().to_owned())]
}

fn set_cells(visit: &Visit<'_>, cells: &[(usize, String)]) -> Result<Vec<Changed>, Refusal> {
    let mut changed = Vec::new();
    for (column, value) in cells {
        let before = visit.cells.get(*column).map_or("", String::as_str);
        if before != value {
            check_length(value)?;
            changed.push((*column as i64, before.to_owned(), value.clone()));
        }
    }
    Ok(changed)
}

/// Refuses columns that the file does not have, and an action on every cell of a row, which nobody
/// means.
fn check_columns(import: &Import, edit: &Edit) -> Result<(), Refusal> {
    let has = |column: usize| {
        import
            .mapping
            .as_ref()
            .is_some_and(|mapping| mapping.columns.iter().any(|mapped| mapped.column == column))
    };
    let own: &[(usize, String)] = match &edit.fix {
        Fix::Cells { cells } => cells,
        _ => &[],
    };
    let mut named = edit.columns.iter().chain(own.iter().map(|cell| &cell.0));
    if let Some(column) = named.find(|column| !has(**column)) {
        let detail = format!("there is no column {}", column.saturating_add(1));
        return Err(Refusal::new(Code::ColumnMissing, detail));
    }
    let is_of_problem = matches!(edit.rows, Rows::Problem { .. });
    if matches!(edit.fix, Fix::Set { .. }) && edit.columns.is_empty() && !is_of_problem {
        return Err(Refusal::new(Code::ColumnMissing, ""));
    }
    Ok(())
}

fn rewritten(visit: &Visit<'_>, rewriter: &Rewriter) -> Result<Vec<Changed>, Refusal> {
    let mut changed: Vec<Changed> = Vec::new();
    for target in visit.targets {
        let column = target.column as i64;
        let before = visit.cells.get(target.column).map_or("", String::as_str);
        // Several parts of one list change one after the other.
        let earlier = changed.iter().position(|cell| cell.0 == column);
        let now = earlier
            .and_then(|place| changed.get(place))
            .map_or(before, |cell| &cell.2);
        let new = rewriter.value(now, target.part.as_deref(), target.suggestion.as_deref())?;
        let Some(new) = new else {
            continue;
        };
        match earlier.and_then(|place| changed.get_mut(place)) {
            Some(cell) => cell.2 = new,
            None => changed.push((column, before.to_owned(), new)),
        }
    }
    changed.retain(|cell| cell.1 != cell.2);
    Ok(changed)
}

/// The row as it would be.
fn record_with(row: u64, cells: &[String], changed: &[Changed]) -> Record {
    let mut record = Record::new();
    record.begin(row, row, 0);
    for cell in cells {
        record.push(cell);
    }
    for (column, _, value) in changed {
        if let Ok(column) = usize::try_from(*column) {
            record.replace(column, value);
        }
    }
    record
}

impl Imports {
    /// The next row, forwards or backwards, that must be fixed.
    pub fn next_problem(
        &self,
        ctx: &Ctx,
        id: ImportId,
        row: u64,
        backwards: bool,
    ) -> Result<Option<u64>, Refusal> {
        let import = self.find(ctx, id)?;
        self.db
            .read_blocking(|tx| imports_store::problems::next(tx, &import, row, backwards))
            .map_err(Refusal::Db)
    }
}
