//! Imports that name people who are erased: their rows and files go, the counts stay.
//!
//! Rewriting the rows of one person in every file of an import would make it one that never was; so the whole of it
//! is given up, as at its end (docs/decisions/0027).

use std::{fs, path::Path};

use db::{from_row, params, sql};
use directory::{Action, Ctx};
use kernel::{ImportId, UserId};

use super::Imports;
use crate::{Import, Refusal, State, files::Needles};

/// Imports looked at together.
const PAGE: i64 = 100;

struct Open {
    id: ImportId,
    state: String,
    rev: i64,
}

from_row!(Open { id, state, rev });

impl Imports {
    /// Gives up the rows and files of every import of the account that has one of these people or texts in it.
    ///
    /// Drafts are discarded, a paused import ends where it is, and one that has ended is completed: it cannot be undone
    /// any more. An import at which a job is at work is refused as [`Refusal::WrongState`]: try again later.
    pub fn forget_people(
        &self,
        ctx: &Ctx,
        people: &[UserId],
        texts: &[String],
    ) -> Result<i64, Refusal> {
        ctx.require(Action::EraseUsers)?;
        let ids: Vec<uuid::Uuid> = people.iter().map(|id| id.uuid()).collect();
        let wanted = texts.iter().map(|text| text.as_bytes().to_vec());
        let raw = ids.iter().map(|id| id.as_bytes().to_vec());
        let needles = Needles::new(wanted.chain(raw));
        let (mut forgotten, mut busy) = (0, None);
        let mut after = ImportId::from_uuid(uuid::Uuid::nil());
        loop {
            let page: Vec<Open> = self.db.read_blocking(|tx| {
                tx.fetch(sql!("imports/open"), params![ctx.account, after, PAGE])
            })?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for open in page {
                let import = self.find(ctx, open.id)?;
                let created = ids.iter().any(|id| import.ids.counter_of(*id).is_some());
                if !created && !self.names(&import, &needles)? {
                    continue;
                }
                if import.state.is_busy() {
                    debug_assert_eq!(import.state.as_str(), open.state);
                    busy = Some(import.state);
                    continue;
                }
                self.end_for_good(ctx, open.id, open.rev, import.state)?;
                forgotten += 1;
            }
        }
        match busy {
            Some(state) => Err(Refusal::WrongState(state)),
            None => Ok(forgotten),
        }
    }

    fn end_for_good(&self, ctx: &Ctx, id: ImportId, rev: i64, state: State) -> Result<(), Refusal> {
        if state.is_draft() {
            return self.discard(ctx, id, Some(rev)).map(drop);
        }
        if state == State::Paused {
            self.stop(ctx, id)?;
        }
        self.complete(ctx, id, None).map(drop)
    }

    /// Whether a file of the import has one of the texts; one that cannot be looked into counts as if it had.
    fn names(&self, import: &Import, needles: &Needles) -> Result<bool, Refusal> {
        let folder = self.folder(import.id);
        let files = match fs::read_dir(folder.path()) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        // What was read of a packed file is in `cells`.
        let is_read = folder.cells().exists();
        for file in files {
            let path = file?.path();
            if path.is_dir() {
                continue;
            }
            let is_source = path == folder.source();
            if (is_source && !is_read && is_packed(&path)?) || needles.are_in(&path)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether a file is an archive, a workbook, or otherwise not text in UTF-8.
fn is_packed(path: &Path) -> Result<bool, Refusal> {
    use std::io::Read as _;
    let mut head = Vec::new();
    fs::File::open(path)?
        .take(64 * 1024)
        .read_to_end(&mut head)?;
    Ok(match std::str::from_utf8(&head) {
        Ok(text) => text.contains('\0'),
        // A letter may be cut in two at the end.
        Err(error) => error.error_len().is_some(),
    })
}
