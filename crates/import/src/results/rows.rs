//! Pages of rows: by problem from the database, by outcome from the import's files.

use std::{collections::HashMap, fs::File};

use directory::{Action, Ctx};
use kernel::{ImportId, UserId};

use super::{
    Outcome, ProblemGroup, ProblemRow, ProblemValue, ResultRow, RowFilter, RowPage, Sort,
    decode_cells,
};
use crate::{
    Import, Refusal,
    changes::Change,
    edits::{Matcher, Overlay, RowMark, has_text},
    files::{BlockReader, Codes, Folder, Numbers},
    imports::{Imports, window::damaged},
    store,
};

/// The most rows of a page.
const MOST: usize = 500;
/// Rows in which a text is looked for before a page is given out, full or not.
const SEARCHED: usize = 100_000;
/// Rows whose faulty values are counted.
const VALUES_OF: i64 = 50_000;

impl Imports {
    /// How many rows have which problem.
    pub fn problem_groups(&self, ctx: &Ctx, id: ImportId) -> Result<Vec<ProblemGroup>, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db
            .read_blocking(|tx| store::problems::groups(tx, ctx.account, id))
            .map_err(Refusal::Db)
    }

    /// The most frequent faulty values of a kind of problem, with how many of its first 50,000 rows
    /// have them.
    pub fn problem_values(
        &self,
        ctx: &Ctx,
        id: ImportId,
        code: &str,
        field: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ProblemValue>, Refusal> {
        let import = self.find(ctx, id)?;
        self.db
            .read_blocking(|tx| {
                store::problems::values(tx, &import, code, field, VALUES_OF, limit.clamp(1, 500))
            })
            .map_err(Refusal::Db)
    }

    /// Rows with cells, outcome and problems, in file order; what the first page of them holds.
    pub fn rows(
        &self,
        ctx: &Ctx,
        id: ImportId,
        filter: &RowFilter,
    ) -> Result<Vec<ResultRow>, Refusal> {
        self.row_page(ctx, id, filter).map(|page| page.rows)
    }

    /// A page of rows with cells, outcome and problems, in file order.
    ///
    /// No rows are left to show once an import is completed.
    pub fn row_page(
        &self,
        ctx: &Ctx,
        id: ImportId,
        filter: &RowFilter,
    ) -> Result<RowPage, Refusal> {
        let import = self.find(ctx, id)?;
        let folder = self.folder(id);
        if !folder.has_cells() {
            return Ok(RowPage::default());
        }
        let limit = filter.limit.clamp(1, MOST);
        let mut lookup = Lookup::open(&import, &folder)?;
        if let Some(sort) = filter.sort {
            let mut page = self.rows_in_order(&import, &folder, filter, sort, &mut lookup)?;
            self.add_problems(&import, &mut page.rows)?;
            return Ok(page);
        }
        let mut filter = filter.clone();
        if let Some(before) = filter.before {
            filter.after =
                self.begin_before(&import, &folder, &filter, (before, limit), &lookup)?;
        }
        let mut page = match (&filter.code, &filter.cell) {
            (Some(code), _) => self
                .rows_with_problem(&import, &folder, code, &filter, limit, &mut lookup)?
                .into(),
            (None, Some(cell)) => {
                let matcher = Matcher::of_filter(cell)?;
                self.rows_with_text(
                    &import,
                    &folder,
                    &filter,
                    (cell.column, &matcher),
                    &mut lookup,
                )?
            }
            (None, None) => rows_with_outcome(&folder, &filter, limit, &mut lookup)?.into(),
        };
        page.after = filter.after;
        self.add_problems(&import, &mut page.rows)?;
        Ok(page)
    }

    /// A page of rows that are sorted, which they become if they are not.
    fn rows_in_order(
        &self,
        import: &Import,
        folder: &Folder,
        filter: &RowFilter,
        sort: Sort,
        lookup: &mut Lookup,
    ) -> Result<RowPage, Refusal> {
        let limit = filter.limit.clamp(1, MOST);
        let mut order = self.order(import, filter, sort)?;
        let after = filter.before.map_or(filter.after, |before| {
            before.min(order.len()).saturating_sub(limit as u64)
        });
        Ok(RowPage {
            rows: numbered(folder, &order.rows(after, limit)?, lookup)?,
            after,
            total: Some(order.len()),
            searched_to: None,
        })
    }

    /// Looks for a text in the cells as they are now; gives up after many rows without enough.
    fn rows_with_text(
        &self,
        import: &Import,
        folder: &Folder,
        filter: &RowFilter,
        (column, matcher): (Option<usize>, &Matcher),
        lookup: &mut Lookup,
    ) -> Result<RowPage, Refusal> {
        let mut overlay = Overlay::open(&self.db, import)?;
        let mut reader = BlockReader::open_at(&folder.cells(), filter.after + 1)?;
        let mut page = RowPage::default();
        let mut cells = Vec::new();
        let mut looked_at = 0;
        let limit = filter.limit.clamp(1, MOST);
        while page.rows.len() < limit {
            let Some((row, entry)) = reader.next()? else {
                break;
            };
            if looked_at == SEARCHED {
                page.searched_to = Some(row - 1);
                break;
            }
            looked_at += 1;
            let place = decode_cells(entry, &mut cells).ok_or_else(damaged)?;
            let outcome = lookup.outcomes.get(place as usize);
            if !filter.wants(outcome) {
                continue;
            }
            if let Some(overlay) = &mut overlay
                && let Some(changes) = overlay.of(row)?
            {
                changes.amend(&mut cells);
            }
            if has_text(&cells, column, matcher) {
                page.rows.push(lookup.row(row, entry)?);
            }
        }
        Ok(page)
    }

    fn rows_with_problem(
        &self,
        import: &Import,
        folder: &Folder,
        code: &str,
        filter: &RowFilter,
        limit: usize,
        lookup: &mut Lookup,
    ) -> Result<Vec<ResultRow>, Refusal> {
        let field = filter.field.as_deref();
        let numbers = self.db.read_blocking(|tx| {
            store::problems::rows(tx, import, (code, field), filter.after, limit as i64, false)
        })?;
        numbered(folder, &numbers, lookup)
    }

    fn add_problems(&self, import: &Import, rows: &mut [ResultRow]) -> Result<(), Refusal> {
        let numbers = || rows.iter().map(|row| row.row as i64);
        let (Some(first), Some(last)) = (numbers().min(), numbers().max()) else {
            return Ok(());
        };
        // A page of a rare outcome may span many rows, whose problems are then asked for one by one.
        let near = last - first <= 10 * MOST as i64;
        let (mut problems, picks, changes) = self.db.read_blocking(|tx| {
            let mut problems: Vec<ProblemRow> = Vec::new();
            let mut changes = HashMap::new();
            if near {
                problems = store::problems::of_rows(tx, import, first, last)?;
                changes = Overlay::between(tx, import, first as u64, last as u64)?;
            } else {
                for row in rows.iter() {
                    problems.extend(store::problems::of_rows(
                        tx,
                        import,
                        row.row as i64,
                        row.row as i64,
                    )?);
                    changes.extend(Overlay::between(tx, import, row.row, row.row)?);
                }
            }
            Ok::<_, db::Error>((problems, store::picks(tx, import)?, changes))
        })?;
        for row in rows {
            row.picked = picks.binary_search(&(row.row as i64)).is_ok();
            if let Some(changes) = changes.get(&row.row) {
                changes.amend(&mut row.cells);
                row.edited = changes.cells.iter().map(|cell| cell.0).collect();
                row.left_out = changes.mark == Some(RowMark::Skip);
            }
            row.problems = problems
                .extract_if(.., |problem| problem.row == row.row as i64)
                .collect();
        }
        Ok(())
    }
}

/// The rows of these numbers, each a seek.
fn numbered(
    folder: &Folder,
    numbers: &[u64],
    lookup: &mut Lookup,
) -> Result<Vec<ResultRow>, Refusal> {
    let mut rows = Vec::with_capacity(numbers.len());
    for number in numbers {
        let mut reader = BlockReader::open_at(&folder.cells(), *number)?;
        if let Some((row, entry)) = reader.next()?
            && row == *number
        {
            rows.push(lookup.row(row, entry)?);
        }
    }
    Ok(rows)
}

fn rows_with_outcome(
    folder: &Folder,
    filter: &RowFilter,
    limit: usize,
    lookup: &mut Lookup,
) -> Result<Vec<ResultRow>, Refusal> {
    let mut reader = BlockReader::open_at(&folder.cells(), filter.after + 1)?;
    let mut rows = Vec::new();
    while rows.len() < limit {
        let Some((row, entry)) = reader.next()? else {
            break;
        };
        let Some(place) = super::place_of(entry) else {
            return Err(damaged());
        };
        let wanted = |code: u8| filter.wants(code);
        if wanted(lookup.outcomes.get(place as usize)) {
            rows.push(lookup.row(row, entry)?);
            continue;
        }
        // Skips to the next row with the outcome without reading what lies between.
        match lookup.outcomes.position(place as usize + 1, wanted) {
            None => break,
            Some(next) if next > place as usize + 256 => {
                let number = number_of(folder, next)?;
                reader = BlockReader::open_at(&folder.cells(), number)?;
            }
            Some(_) => {}
        }
    }
    Ok(rows)
}

/// Finds outcome, person and change of a row by its place.
pub(crate) struct Lookup {
    pub(crate) outcomes: Codes,
    places: Option<File>,
    ids: kernel::IdRange,
    folder: Folder,
}

impl Lookup {
    pub(crate) fn open(import: &Import, folder: &Folder) -> Result<Self, Refusal> {
        let is_final = folder.final_outcomes().exists();
        let outcomes = if is_final {
            folder.final_outcomes()
        } else {
            folder.outcomes()
        };
        let outcomes = if outcomes.exists() {
            Codes::load(&outcomes)?
        } else {
            Codes::default()
        };
        Ok(Self {
            outcomes,
            places: File::open(folder.places()).ok().filter(|_| is_final),
            ids: import.ids,
            folder: folder.clone(),
        })
    }

    fn row(&mut self, row: u64, entry: &[u8]) -> Result<ResultRow, Refusal> {
        let mut cells = Vec::new();
        let place = decode_cells(entry, &mut cells).ok_or_else(damaged)?;
        let outcome = Outcome::of_code(self.outcomes.get(place as usize));
        Ok(ResultRow {
            row,
            cells,
            outcome,
            user: self.user(place, outcome)?,
            changes: self.changes(place, outcome)?,
            problems: Vec::new(),
            picked: false,
            edited: Vec::new(),
            left_out: false,
        })
    }

    pub(crate) fn user(&mut self, place: u32, outcome: Outcome) -> Result<Option<UserId>, Refusal> {
        if outcome == Outcome::Created {
            let Some(places) = &mut self.places else {
                return Ok(None);
            };
            let number = Numbers::read(places, place.into())?;
            return Ok(number.map(|number| UserId::from_uuid(self.ids.id(number))));
        }
        let mut reader = BlockReader::open_at(&self.folder.matches(), place.into())?;
        Ok(reader
            .next()?
            .filter(|(found, _)| *found == u64::from(place))
            .and_then(|(_, bytes)| uuid::Uuid::from_slice(bytes).ok())
            .map(UserId::from_uuid))
    }

    fn changes(
        &self,
        place: u32,
        outcome: Outcome,
    ) -> Result<Vec<(String, String, String)>, Refusal> {
        if outcome != Outcome::Updated {
            return Ok(Vec::new());
        }
        let mut reader = BlockReader::open_at(&self.folder.changes(), place.into())?;
        let change = reader
            .next()?
            .filter(|(found, _)| *found == u64::from(place))
            .and_then(|(_, bytes)| Change::decode(bytes));
        Ok(change.map(|change| change.described()).unwrap_or_default())
    }
}

/// The row number at a place, found by its candidate.
pub(super) fn number_of(folder: &Folder, place: usize) -> Result<u64, Refusal> {
    let mut reader = BlockReader::open_at(&folder.candidates(), place as u64)?;
    let mut candidate = crate::candidate::Candidate::default();
    let (_, entry) = reader.next()?.ok_or_else(damaged)?;
    crate::imports::window::decode_row(entry, &mut candidate)?;
    Ok(candidate.row)
}

impl Change {
    /// The change for people: field, before, after.
    pub(crate) fn described(&self) -> Vec<(String, String, String)> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let mut lines: Vec<_> = self
            .fields
            .iter()
            .filter(|edit| edit.field != crate::candidate::Scalar::EmailKey)
            .map(|edit| (edit.field.key(), text(&edit.before), text(&edit.after)))
            .collect();
        let mut count = |what: &str, added: usize, removed: usize| {
            if added + removed > 0 {
                let less = if removed > 0 {
                    format!("{removed} removed")
                } else {
                    String::new()
                };
                let more = if added > 0 {
                    format!("{added} added")
                } else {
                    String::new()
                };
                lines.push((what.to_owned(), less, more));
            }
        };
        for kind in crate::candidate::Links::ALL {
            let of = |links: &[(crate::candidate::Links, uuid::Uuid)]| {
                links.iter().filter(|link| link.0 == kind).count()
            };
            count(kind.plural(), of(&self.added), of(&self.removed));
        }
        count("modules", self.seats_added.len(), self.seats_removed.len());
        count("devices", self.grants_after.len(), self.grants_before.len());
        count("cards", self.cards_after.len(), self.cards_before.len());
        lines
    }
}

impl crate::candidate::Links {
    /// What several of them are called; also the field's key.
    pub(crate) const fn plural(self) -> &'static str {
        match self {
            Self::Groups => "groups",
            Self::Teams => "teams",
            Self::Workflows => "workflows",
            Self::Devices => "devices",
        }
    }
}
