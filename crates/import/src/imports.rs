//! The use cases of an import up to its plan: receive a file, understand it, choose, check.
//!
//! Running and taking back are in `apply` and `undo`, looking at rows is in `results`.

mod again;
mod basis;
mod checked;
mod choose;
mod deleted;
mod forget;
mod key_places;
mod key_rates;
mod list;
mod one_row;
pub(crate) mod outputs;
mod problem_sink;
mod queue;
mod receive;
mod rest;
mod retention;
mod row_source;
mod shared;
pub(crate) mod survey;
mod understand;
mod values;
pub(crate) mod window;

use std::path::PathBuf;

use db::{Db, Tx};
use directory::{Action, Ctx};
use kernel::{AccountId, ImportId, Timestamp};
use tabular::Limits;

pub use key_rates::{KeyRate, KeyRates};
pub use list::{ListRow, PeopleList};
pub use queue::Tell;
pub use receive::NewImport;
pub use retention::Expired;
pub use understand::{Preview, read_options};

use crate::{Import, Refusal, State, files::Folder, results::Orders, store};

/// What else is to be done when people are removed, in the same transaction: they are in `staged_ids`.
pub type Leaving = fn(&mut Tx<'_>, AccountId, Timestamp) -> db::Result<u64>;

/// Imports of one installation: its database and the folder of its files.
#[derive(Clone, Debug)]
pub struct Imports {
    pub(crate) db: Db,
    pub(crate) data: PathBuf,
    pub(crate) limits: Limits,
    /// Below it lie the folders that series may watch.
    pub(crate) series_folder: Option<PathBuf>,
    /// Orders of rows that are being made.
    pub(crate) orders: Orders,
    /// Told of people whom an undo removes.
    pub(crate) leaving: Option<Leaving>,
}

impl Imports {
    /// Imports kept in a database and below a data folder, with the bounds of a read.
    pub fn new(db: Db, data: impl Into<PathBuf>, limits: Limits) -> Self {
        Self {
            db,
            data: data.into(),
            limits,
            series_folder: None,
            orders: Orders::default(),
            leaving: None,
        }
    }

    /// The same, telling somebody of the people an undo removes.
    #[must_use]
    pub fn telling_who_leaves(mut self, leaving: Leaving) -> Self {
        self.leaving = Some(leaving);
        self
    }

    /// The same with a folder below which series may watch others.
    #[must_use]
    pub fn watching(mut self, series_folder: Option<PathBuf>) -> Self {
        self.series_folder = series_folder;
        self
    }

    pub(crate) fn folder(&self, id: ImportId) -> Folder {
        Folder::new(&self.data, id)
    }

    /// An import of the account.
    pub fn find(&self, ctx: &Ctx, id: ImportId) -> Result<Import, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db.read_blocking(|tx| store::find(tx, ctx.account, id))
    }

    /// An import by its number in the account.
    pub fn find_number(&self, ctx: &Ctx, number: i64) -> Result<Import, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db
            .read_blocking(|tx| store::find_number(tx, ctx.account, number))
    }

    /// Imports before a number, newest first; at most 200.
    pub fn list(&self, ctx: &Ctx, before: Option<i64>, limit: i64) -> Result<Vec<Import>, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db
            .read_blocking(|tx| store::page(tx, ctx.account, before, limit.clamp(1, 200)))
            .map_err(Refusal::Db)
    }

    /// Of the newest imports that have to have a file, how many were looked at, and how many of their files are not there.
    pub fn missing_sources(&self, ctx: &Ctx, most: i64) -> Result<(usize, usize), Refusal> {
        let (mut looked_at, mut missing) = (0, 0);
        for import in self.list(ctx, None, most)? {
            if import.completed_at.is_none() && import.state != State::Discarded {
                looked_at += 1;
                missing += usize::from(!self.folder(import.id).source().exists());
            }
        }
        Ok((looked_at, missing))
    }

    /// An earlier import of the same content, if there was one.
    pub fn same_content(&self, ctx: &Ctx, import: &Import) -> Result<Option<Import>, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db
            .read_blocking(|tx| store::with_hash(tx, import))
            .map_err(Refusal::Db)
    }

    /// Loads an import to be changed by somebody who saw revision `rev`.
    pub(crate) fn load_for_change(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
    ) -> Result<Import, Refusal> {
        ctx.require(Action::RunImports)?;
        let import = self
            .db
            .read_blocking(|tx| store::find(tx, ctx.account, id))?;
        match rev {
            Some(rev) if rev != import.rev => Err(Refusal::Stale),
            _ => Ok(import),
        }
    }

    /// Stores a change somebody made, unless somebody else was faster.
    pub(crate) fn save_change(&self, ctx: &Ctx, import: &mut Import) -> Result<(), Refusal> {
        self.save_change_with(ctx, import, |_| Ok(()))
    }

    /// The same together with something else: both are stored, or nothing is.
    pub(crate) fn save_change_with(
        &self,
        ctx: &Ctx,
        import: &mut Import,
        also: impl FnOnce(&mut Tx<'_>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let seen = import.rev;
        import.rev += 1;
        import.updated_at = ctx.now();
        self.db.write_blocking(|tx| {
            let stored = store::find(tx, import.account, import.id)?;
            if stored.rev != seen {
                return Err(Refusal::Stale);
            }
            also(tx)?;
            store::save(tx, import).map_err(Refusal::Db)
        })
    }
}
