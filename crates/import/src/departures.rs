//! People of a scope who are not in the file: found set-based, kept as changes that deactivate them.
//!
//! BE ADVISED: both lists are in the order of ids, so that one pass over the scope and over the
//! file of those present finds who is missing, whatever their number. Applying is in
//! `apply::departing`, taking back in `undo`.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, ErrorKind, Read, Write},
    path::PathBuf,
};

use directory::{Action, Ctx, users, users::ActiveUser};
use kernel::{ImportId, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    BadRows, Import, Refusal,
    apply::{CHUNK, Cut},
    candidate::Scalar,
    changes::{Change, FieldEdit},
    files::{BlockReader, BlockWriter, Folder},
    imports::{Imports, window::damaged},
    plan::Departures,
    redo::after_undo,
    scope::FoundScope,
    store,
};

/// Names shown with the plan.
const EXAMPLES: usize = 5;
/// The most people of a page.
const MOST: usize = 500;

/// What becomes, or became, of somebody who is not in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They are to be deactivated.
    Planned,
    /// They were deactivated.
    Deactivated,
    /// They were changed after the check, and left as they were.
    Kept,
    /// The import ended before them.
    NotStarted,
}

impl Fate {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "to_deactivate",
            Self::Deactivated => "deactivated",
            Self::Kept => "kept",
            Self::NotStarted => "not_started",
        }
    }
}

/// Somebody of the scope who is not in the file.
#[derive(Clone, Debug)]
pub struct Departure {
    /// Their place among them, from 1.
    pub number: u64,
    /// The person.
    pub user: UserId,
    /// Their name now.
    pub name: String,
    /// Their own id in the organisation.
    pub external_id: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// What becomes of them.
    pub fate: Fate,
}

/// How many people an import deactivated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departed {
    /// Who was to be.
    pub planned: i64,
    /// Who was.
    pub deactivated: i64,
    /// Who was changed after the check, and left alone.
    pub kept: i64,
    /// Whom an early end left.
    pub not_started: i64,
}

/// Writes down who is in the file, in the order of ids.
pub(crate) struct PresentWriter(BufWriter<File>);

impl PresentWriter {
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        Ok(Self(BufWriter::with_capacity(
            256 << 10,
            File::create(path)?,
        )))
    }

    pub(crate) fn push(&mut self, id: &[u8]) -> io::Result<()> {
        self.0.write_all(id)
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Reads it beside another list in the same order.
struct Present {
    input: BufReader<File>,
    ahead: Option<[u8; 16]>,
}

impl Present {
    fn open(folder: &Folder) -> io::Result<Self> {
        let mut present = Self {
            input: BufReader::with_capacity(256 << 10, File::open(folder.present())?),
            ahead: None,
        };
        present.advance()?;
        Ok(present)
    }

    /// Whether somebody is in it; asked for in ascending order.
    fn has(&mut self, id: UserId) -> io::Result<bool> {
        let wanted = id.uuid().into_bytes();
        while let Some(next) = self.ahead.filter(|next| *next < wanted) {
            debug_assert!(next < wanted, "the list is in the order of ids");
            self.advance()?;
        }
        Ok(self.ahead == Some(wanted))
    }

    fn advance(&mut self) -> io::Result<()> {
        let mut id = [0; 16];
        self.ahead = match self.input.read_exact(&mut id) {
            Ok(()) => Some(id),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => None,
            Err(error) => return Err(error),
        };
        Ok(())
    }
}

impl Import {
    /// How many people the plan deactivates.
    pub(crate) fn planned_departures(&self) -> i64 {
        self.plan
            .as_ref()
            .and_then(|plan| plan.departures.as_ref())
            .map_or(0, |departures| departures.people)
    }

    /// How many departures lie in chunks that were written.
    pub(crate) fn departures_written(&self) -> i64 {
        let planned = self.planned_departures();
        if self.settings.bad_rows == BadRows::Stop {
            return if self.chunks_done > 0 { planned } else { 0 };
        }
        let chunks = (self.chunks_done - Cut::of(self).of_rows()).max(0);
        chunks.saturating_mul(CHUNK as i64).min(planned)
    }
}

impl Imports {
    /// Finds who of the scope is not in the file, and keeps the changes that deactivate them.
    pub(crate) fn plan_departures(
        &self,
        ctx: &Ctx,
        folder: &Folder,
        scope: Option<FoundScope>,
    ) -> Result<Option<Departures>, Refusal> {
        let Some(scope) = scope else {
            // An earlier check may have been asked to match.
            if folder.departures().exists() {
                fs::remove_file(folder.departures())?;
            }
            return Ok(None);
        };
        let mut departures = Departures {
            scope: scope.words.clone(),
            ..Departures::default()
        };
        let mut digest = blake3::Hasher::new();
        let mut present = Present::open(folder)?;
        let mut out = BlockWriter::create(&folder.departures())?;
        self.db.read_blocking(|tx| {
            scope.for_each(tx, ctx.account, &mut |person| {
                departures.in_scope += 1;
                if present.has(person.id)? {
                    return Ok(());
                }
                if is_immune(ctx, &person) {
                    departures.immune += 1;
                    return Ok(());
                }
                if departures.examples.len() < EXAMPLES {
                    departures
                        .examples
                        .push((person.id.to_string(), person.full_name()));
                }
                digest.update(person.id.uuid().as_bytes());
                let place = departures.people as u64;
                departures.people += 1;
                out.push(place, &departure(place as u32, &person).encode())?;
                Ok(())
            })
        })?;
        departures.digest = digest.finalize().to_hex().to_string();
        out.finish()?;
        fs::remove_file(folder.present())?;
        Ok(Some(departures))
    }

    /// How many people an import deactivates or deactivated.
    pub fn departed(&self, ctx: &Ctx, import: &Import) -> Result<Departed, Refusal> {
        ctx.require(Action::ViewImports)?;
        let planned = import.planned_departures();
        if planned == 0 {
            return Ok(Departed::default());
        }
        let written = import.departures_written();
        let kept = self
            .db
            .read_blocking(|tx| store::departures::count_kept(tx, import))?;
        Ok(Departed {
            planned,
            deactivated: written - kept,
            kept,
            not_started: planned - written,
        })
    }

    /// A page of the people of the scope who are not in the file, after a number.
    ///
    /// None are left to show once an import is completed.
    pub fn departures(
        &self,
        ctx: &Ctx,
        id: ImportId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Departure>, Refusal> {
        let import = self.find(ctx, id)?;
        let path = self.folder(id).departures();
        if import.planned_departures() == 0 || !path.exists() {
            return Ok(Vec::new());
        }
        let mut reader = BlockReader::open_at(&path, after)?;
        let mut page: Vec<(u64, UserId)> = Vec::new();
        while page.len() < limit.clamp(1, MOST)
            && let Some((place, entry)) = reader.next()?
        {
            let change = Change::decode(entry).ok_or_else(damaged)?;
            page.push((place, change.user_id()));
        }
        self.with_names(&import, &page)
    }

    /// Reads who they are now and what became of them.
    pub(crate) fn with_names(
        &self,
        import: &Import,
        page: &[(u64, UserId)],
    ) -> Result<Vec<Departure>, Refusal> {
        let (people, kept) = self.db.read_blocking(|tx| {
            users::stage_ids(tx, page.iter().map(|(_, user)| *user))?;
            Ok::<_, db::Error>((
                users::rows_of_staged(tx, import.account)?,
                store::departures::kept_of_staged(tx, import)?,
            ))
        })?;
        let written = import.departures_written() as u64;
        let is_over = import.state.has_results();
        Ok(page
            .iter()
            .map(|(place, user)| {
                let person = people
                    .binary_search_by(|row| row.id.cmp(user))
                    .ok()
                    .and_then(|at| people.get(at));
                Departure {
                    number: place + 1,
                    user: *user,
                    name: person.map_or_else(String::new, users::UserRow::full_name),
                    external_id: person.and_then(|row| row.external_id.clone()),
                    email: person.and_then(|row| row.email.clone()),
                    fate: match () {
                        () if kept.contains(user) => Fate::Kept,
                        () if *place < written => Fate::Deactivated,
                        () if is_over => Fate::NotStarted,
                        () => Fate::Planned,
                    },
                }
            })
            .collect())
    }

    /// Calls `each` with chunks of the changes that make people active again whom an import has
    /// really deactivated.
    pub(crate) fn for_each_departure(
        &self,
        import: &Import,
        mut each: impl FnMut(Vec<Change>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let mut left = import.departures_written();
        if left == 0 {
            return Ok(());
        }
        let mut reader = BlockReader::open(&self.folder(import.id).departures())?;
        while left > 0 {
            let mut chunk = crate::apply::read_changes(&mut reader, CHUNK.min(left as usize))?;
            if chunk.is_empty() {
                return Ok(());
            }
            left -= chunk.len() as i64;
            let kept = self.db.read_blocking(|tx| {
                users::stage_ids(tx, chunk.iter().map(Change::user_id))?;
                store::departures::kept_of_staged(tx, import)
            })?;
            chunk.retain(|change| !kept.contains(&change.user_id()));
            // Who was not deactivated again by a redo counts as kept.
            let again = import.redo.is_some();
            let present = chunk
                .into_iter()
                .map(|change| if again { after_undo(change) } else { change });
            each(present.map(Change::reversed).collect())?;
        }
        Ok(())
    }
}

/// Owners and administrators are never deactivated by a file, nor is the operator.
fn is_immune(ctx: &Ctx, person: &ActiveUser) -> bool {
    matches!(person.role.as_str(), "owner" | "admin") || ctx.actor.user == Some(person.id)
}

fn departure(place: u32, person: &ActiveUser) -> Change {
    Change {
        place,
        row: 0,
        user: person.id.uuid(),
        version: person.version,
        import_before: person.import.map(ImportId::uuid),
        fields: vec![FieldEdit {
            field: Scalar::Status,
            before: Some(person.status.clone()),
            after: Some("deactivated".to_owned()),
        }],
        added: Vec::new(),
        removed: Vec::new(),
        seats_added: Vec::new(),
        seats_removed: Vec::new(),
        grants_before: Vec::new(),
        grants_after: Vec::new(),
        cards_before: Vec::new(),
        cards_after: Vec::new(),
    }
}
