//! Whom the imports of a series have brought or found: the scope of those that come after.

use kernel::UserId;
use uuid::Uuid;

use super::store;
use crate::{
    Import, Refusal,
    apply::CHUNK,
    files::BlockReader,
    imports::{Imports, window::damaged},
};

impl Imports {
    /// Remembers the people of an import that belongs to a series. Can be repeated.
    pub(crate) fn remember_series_people(
        &self,
        import: &Import,
        keep: &dyn Fn(&mut db::Tx<'_>) -> db::Result<()>,
    ) -> Result<(), Refusal> {
        let run = self
            .db
            .read_blocking(|tx| store::run_of_import(tx, import.account, import.id))?;
        let Some(run) = run else {
            return Ok(());
        };
        self.db.write_blocking(|tx| {
            keep(tx)?;
            store::remember_created(tx, import, run.series)
        })?;
        let mut reader = BlockReader::open(&self.folder(import.id).matches())?;
        loop {
            let mut people: Vec<UserId> = Vec::new();
            while people.len() < CHUNK
                && let Some((_, id)) = reader.next()?
            {
                let id = Uuid::from_slice(id).map_err(|_| damaged())?;
                people.push(UserId::from_uuid(id));
            }
            if people.is_empty() {
                return Ok(());
            }
            self.db.write_blocking(|tx| {
                keep(tx)?;
                store::remember_matched(tx, import, run.series, people)
            })?;
        }
    }
}
