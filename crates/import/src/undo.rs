//! Taking an import back: people it created are removed, people it changed get their old values.
//!
//! Who was changed or has signed in since is kept and listed. Undoing can be repeated and goes on
//! after a restart: it removes what is still there and restores what is still as the import left it.

mod cards;

use std::{
    collections::{HashMap, HashSet},
    io::Write,
};

use directory::{
    Action, Ctx, activity, groups, notifications,
    users::{self, KeyKind, StagedKey, stage_ids},
};
use kernel::{Code, ImportId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use tabular::{CsvFormat, CsvWriter};

use crate::{
    Import, Refusal, State,
    apply::{CHUNK, write_changes},
    candidate::Scalar,
    changes::Change,
    files::{BlockReader, Codes},
    imports::{Imports, window::damaged},
    moves::Parties,
    progress::Watch,
    redo::after_undo,
    results::Outcome,
    store,
};

/// How long an import can be taken back, in days.
const DAYS: i64 = 30;
/// The most names listed.
const LISTED: i64 = 200;
/// The most new people named in the file of those kept.
const MOST_KEPT: i64 = 1_000_000;

/// What taking an import back does, before it is done or after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UndoPreview {
    /// New people who are removed.
    pub removed: i64,
    /// New people who are kept, because they were changed or have signed in since.
    pub kept_created: i64,
    /// Changed people who get their old values back.
    pub restored: i64,
    /// Changed people who are kept as they are, because they were changed since.
    pub kept_updated: i64,
    /// Deactivated people who become active again.
    pub reinstated: i64,
    /// Deactivated people who stay so, because they were changed since.
    pub kept_departed: i64,
    /// Cards that their holders get back.
    pub returned: i64,
    /// People who do not get a card back, because somebody whom it concerns was changed since.
    pub kept_holders: i64,
    /// Who is kept: id and name; the first 200 of each kind.
    pub kept: Vec<(String, String)>,
}

impl UndoPreview {
    /// How many people are kept as they are.
    pub const fn kept(&self) -> i64 {
        self.kept_created + self.kept_updated + self.kept_departed + self.kept_holders
    }
}

impl Imports {
    /// What taking an import back would do now.
    pub fn undo_preview(&self, ctx: &Ctx, id: ImportId) -> Result<UndoPreview, Refusal> {
        ctx.require(Action::ViewImports)?;
        let import = self.find(ctx, id)?;
        self.may_undo(ctx, &import)?;
        let mut preview = UndoPreview::default();
        self.db.read_blocking(|tx| {
            preview.removed = users::count_untouched(tx, import.account, import.id, import.ids)?;
            list_kept(tx, &import, &mut preview)
        })?;
        preview.kept_created = import.counts.created - preview.removed;
        self.for_each_change(&import, |changes| {
            preview.restored += self
                .db
                .read_blocking(|tx| count_restorable(tx, &import, &changes, &mut preview))?;
            Ok(())
        })?;
        self.for_each_departure(&import, |changes| {
            preview.reinstated += self
                .db
                .read_blocking(|tx| count_restorable(tx, &import, &changes, &mut preview))?;
            Ok(())
        })?;
        self.preview_cards(&import, &mut preview)?;
        preview.kept_updated = import.counts.updated - preview.restored;
        let departed = self.departed(ctx, &import)?;
        preview.kept_departed = departed.deactivated - preview.reinstated;
        Ok(preview)
    }

    /// Writes everybody whom an undo would keep now as CSV: id, name, and why.
    pub fn undo_kept(&self, ctx: &Ctx, id: ImportId, out: &mut dyn Write) -> Result<(), Refusal> {
        ctx.require(Action::ViewImports)?;
        let import = self.find(ctx, id)?;
        self.may_undo(ctx, &import)?;
        let mut writer = CsvWriter::new(out, CsvFormat::default());
        writer.write_row(["user_id", "name", "why"])?;
        let touched = self
            .db
            .read_blocking(|tx| users::touched(tx, import.account, import.ids, MOST_KEPT))?;
        for (id, first, last) in touched {
            let name = format!("{first} {last}");
            writer.write_row([
                id.to_string().as_str(),
                name.trim(),
                "created by the import, and changed or signed in since",
            ])?;
        }
        self.for_each_change(&import, |changes| {
            let (present, blocked) = self.db.read_blocking(|tx| {
                let blocked = whose_keys_are_taken(tx, &import, &changes)?;
                stage_ids(tx, changes.iter().map(Change::user_id))?;
                Ok::<_, db::Error>((users::rows_of_staged(tx, import.account)?, blocked))
            })?;
            let versions: HashMap<_, _> = changes
                .iter()
                .map(|change| (change.user_id(), change.version))
                .collect();
            for user in present {
                let why = if versions.get(&user.id) != Some(&user.version) {
                    "changed since"
                } else if blocked.contains(&user.id) {
                    "somebody else has what they would get back"
                } else {
                    continue;
                };
                writer.write_row([user.id.to_string().as_str(), &user.full_name(), why])?;
            }
            Ok(())
        })?;
        for user in self.kept_with_cards(&import)? {
            let why = "somebody whom a moved card concerns was changed since";
            writer.write_row([user.id.to_string().as_str(), &user.full_name(), why])?;
        }
        writer.finish()?;
        Ok(())
    }

    pub(crate) fn may_undo(&self, ctx: &Ctx, import: &Import) -> Result<(), Refusal> {
        if !import.state.can_undo() {
            return Err(Refusal::WrongState(import.state));
        }
        self.still_has_files(ctx, import)
    }

    /// Whether an import that has ended can still be taken back or done again.
    pub(crate) fn still_has_files(&self, ctx: &Ctx, import: &Import) -> Result<(), Refusal> {
        let too_late = import
            .finished_at
            .is_some_and(|ended| days_between(ended, ctx.now()) > DAYS);
        if too_late || import.completed_at.is_some() || !self.folder(import.id).has_cells() {
            let why = if too_late {
                format!("the {DAYS} days in which it could be undone are over")
            } else {
                "it was completed, and its files were removed".to_owned()
            };
            return Err(Refusal::new(Code::NotPermitted, why));
        }
        Ok(())
    }

    pub(crate) fn undo(
        &self,
        ctx: &Ctx,
        mut import: Import,
        keep_job: &dyn Fn(&mut db::Tx<'_>) -> db::Result<()>,
        watch: &Watch<'_>,
    ) -> Result<(), Refusal> {
        let mut done = UndoPreview {
            removed: import.undo.as_ref().map_or(0, |undo| undo.removed),
            ..UndoPreview::default()
        };
        let departed = self.departed(ctx, &import)?.deactivated;
        let people = import.counts.created + import.counts.updated + departed;
        let mut stage = watch.stage("undoing", people);
        let folder = self.folder(import.id);
        // What a redo will write again. Filled anew after a restart.
        let mut restored = Codes::blank(Codes::load(&folder.final_outcomes())?.len());
        self.for_each_change(&import, |changes| {
            let mut after = done.clone();
            let rows = self.db.write_blocking(|tx| {
                keep_job(tx)?;
                take_back(tx, &import, ctx.now(), &changes, &mut after)
            })?;
            after.restored += rows.len() as i64;
            rows.into_iter()
                .for_each(|place| restored.set(place as usize, 1));
            done = after;
            stage.add(changes.len() as i64);
            Ok(())
        })?;
        self.for_each_departure(&import, |changes| {
            let mut after = done.clone();
            let rows = self.db.write_blocking(|tx| {
                keep_job(tx)?;
                take_back(tx, &import, ctx.now(), &changes, &mut after)
            })?;
            after.reinstated += rows.len() as i64;
            done = after;
            stage.add(changes.len() as i64);
            Ok(())
        })?;
        loop {
            let removed = self.db.write_blocking(|tx| {
                keep_job(tx)?;
                let removed = users::delete_untouched(
                    tx,
                    import.account,
                    import.id,
                    import.ids,
                    CHUNK as i64,
                )? as i64;
                if let Some(leaving) = self.leaving.filter(|_| removed > 0) {
                    leaving(tx, import.account, ctx.now())?;
                }
                // Together with the people, so that a restart counts them too.
                import.undo = Some(UndoPreview {
                    removed: done.removed + removed,
                    ..done.clone()
                });
                store::save(tx, &import)?;
                Ok::<_, db::Error>(removed)
            })?;
            if removed == 0 {
                break;
            }
            done.removed += removed;
            stage.add(removed);
        }
        // Whoever was created with somebody's card is gone now, unless they are kept.
        self.give_cards_back(ctx, &import, &mut restored, &mut done, keep_job)?;
        if import.redo.is_none() {
            restored.save(&folder.restored())?;
        }
        stage.finish();
        self.finish_undo(ctx, &mut import, done, keep_job)
    }

    fn finish_undo(
        &self,
        ctx: &Ctx,
        import: &mut Import,
        mut done: UndoPreview,
        keep_job: &dyn Fn(&mut db::Tx<'_>) -> db::Result<()>,
    ) -> Result<(), Refusal> {
        done.kept_created = (import.counts.created - done.removed).max(0);
        done.kept_updated = (import.counts.updated - done.restored).max(0);
        let departed = self.departed(ctx, import)?.deactivated;
        done.kept_departed = (departed - done.reinstated).max(0);
        self.db.write_blocking(|tx| {
            keep_job(tx)?;
            groups::remove_empty_of_import(tx, import.account, import.id)?;
            crate::series::store::forget_people(tx, import)?;
            list_kept(tx, import, &mut done)?;
            import.state = if done.kept() > 0 {
                State::PartlyUndone
            } else {
                State::Undone
            };
            import.rev += 1;
            import.updated_at = ctx.now();
            import.undo = Some(done.clone());
            store::save(tx, import)?;
            let sentence = format!(
                "Import {} taken back: {} people removed, {} restored, {} kept{}",
                import.number,
                done.removed,
                done.restored + done.reinstated,
                done.kept(),
                match done.returned {
                    0 => String::new(),
                    cards => format!(", {cards} cards given back to their holders"),
                }
            );
            activity::record(tx, ctx, "import.undone", Some(import.id.uuid()), &sentence)?;
            if let Some(user) = ctx.actor.user {
                let subject = Some(import.id.uuid());
                notifications::add(tx, ctx, user, "import.undone", subject, &sentence)?;
            }
            Ok(())
        })
    }

    /// Calls `each` with chunks of reversed changes that the import has really written.
    fn for_each_change(
        &self,
        import: &Import,
        mut each: impl FnMut(Vec<Change>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let folder = self.folder(import.id);
        let outcomes = Codes::load(&folder.final_outcomes())?;
        let done_again = match import.redo {
            Some(_) => Codes::load(&folder.restored())?,
            None => Codes::default(),
        };
        let parties = Parties::load(&folder, import)?;
        let mut reader = BlockReader::open(&folder.changes())?;
        let mut chunk = Vec::new();
        while let Some((place, entry)) = reader.next()? {
            // Whom cards connect with others is taken back together with them.
            if outcomes.get(place as usize) != Outcome::Updated.code()
                || parties.has_row(place as u32)
            {
                continue;
            }
            let mut change = Change::decode(entry).ok_or_else(damaged)?;
            if done_again.get(place as usize) == 1 {
                change = after_undo(change);
            }
            chunk.push(change.reversed());
            if chunk.len() == CHUNK {
                each(std::mem::take(&mut chunk))?;
            }
        }
        if chunk.is_empty() {
            Ok(())
        } else {
            each(chunk)
        }
    }
}

/// How many people would get their old values back; the others are listed.
fn count_restorable(
    tx: &mut db::Tx<'_>,
    import: &Import,
    changes: &[Change],
    preview: &mut UndoPreview,
) -> db::Result<i64> {
    let blocked = whose_keys_are_taken(tx, import, changes)?;
    let changes: HashMap<_, _> = changes
        .iter()
        .map(|change| (change.user_id(), change))
        .collect();
    stage_ids(tx, changes.keys().copied())?;
    let mut restored = 0;
    for user in users::rows_of_staged(tx, import.account)? {
        let untouched = changes
            .get(&user.id)
            .is_some_and(|change| change.version == user.version);
        if untouched && !blocked.contains(&user.id) {
            restored += 1;
        } else {
            keep(preview, user.id.to_string(), user.full_name());
        }
    }
    Ok(restored)
}

/// Writes a chunk of reversed changes, and notes who got their old values back and who did not;
/// returns the rows of the former.
fn take_back(
    tx: &mut db::Tx<'_>,
    import: &Import,
    now: Timestamp,
    changes: &[Change],
    done: &mut UndoPreview,
) -> db::Result<Vec<u32>> {
    let blocked = whose_keys_are_taken(tx, import, changes)?;
    let (free, _): (Vec<Change>, Vec<Change>) = changes
        .iter()
        .cloned()
        .partition(|change| !blocked.contains(&change.user_id()));
    let written = write_changes(tx, import.account, now, &free, |change| {
        change.import_before.map(ImportId::from_uuid)
    })?;
    let mut restored: Vec<u32> = free
        .iter()
        .filter(|change| written.contains(&change.user_id()))
        .map(|change| change.place)
        .collect();
    let left: HashMap<_, _> = changes
        .iter()
        .map(|change| (change.user_id(), change))
        .filter(|(user, _)| !written.contains(user))
        .collect();
    stage_ids(tx, left.keys().copied())?;
    for user in users::rows_of_staged(tx, import.account)? {
        // An undo that goes on after a restart finds people whom it has restored already.
        let is_restored = |change: &&&Change| {
            change.version + 1 == user.version
                && change.import_before == user.import.map(ImportId::uuid)
        };
        if let Some(change) = left.get(&user.id).filter(is_restored) {
            restored.push(change.place);
        } else {
            keep(done, user.id.to_string(), user.full_name());
        }
    }
    Ok(restored)
}

/// The people who would get back a key that is somebody else's by now.
fn whose_keys_are_taken(
    tx: &mut db::Tx<'_>,
    import: &Import,
    changes: &[Change],
) -> db::Result<HashSet<UserId>> {
    let mut taken = HashSet::new();
    for_each_taken(tx, import, changes, &mut |own, other| {
        taken.extend(Some(own).filter(|own| *own != other));
    })?;
    Ok(taken)
}

/// Calls `each` with everybody who would get back a key that somebody has now, and with whom.
pub(crate) fn for_each_taken(
    tx: &mut db::Tx<'_>,
    import: &Import,
    changes: &[Change],
    each: &mut dyn FnMut(UserId, UserId),
) -> db::Result<()> {
    let mut keys = Vec::new();
    for (change, row) in changes.iter().zip(0..) {
        let fields = change.fields.iter().filter_map(|edit| {
            let kind = match edit.field {
                Scalar::ExternalId => KeyKind::ExternalId,
                Scalar::EmailKey => KeyKind::Email,
                Scalar::Phone => KeyKind::Phone,
                _ => return None,
            };
            Some((kind, edit.after.as_deref()?.to_owned()))
        });
        let cards = change
            .cards_after
            .iter()
            .filter(|card| card.is_live())
            .map(|card| (KeyKind::Card, card.number.clone()));
        keys.extend(fields.chain(cards).map(|(kind, key)| StagedKey {
            kind,
            key: match kind {
                KeyKind::ExternalId => key.to_ascii_lowercase(),
                KeyKind::Email | KeyKind::Phone | KeyKind::Card => key,
            },
            row,
        }));
    }
    if keys.is_empty() {
        return Ok(());
    }
    users::match_staged(tx, import.account, &keys, &mut |row, _, user| {
        if let Some(own) = changes.get(row as usize) {
            each(own.user_id(), user);
        }
        Ok(())
    })
}

fn list_kept(tx: &mut db::Tx<'_>, import: &Import, into: &mut UndoPreview) -> db::Result<()> {
    for (id, first, last) in users::touched(tx, import.account, import.ids, LISTED)? {
        into.kept
            .push((id.to_string(), format!("{first} {last}").trim().to_owned()));
    }
    Ok(())
}

pub(crate) fn keep(preview: &mut UndoPreview, id: String, name: String) {
    if preview.kept.len() < LISTED as usize {
        preview.kept.push((id, name));
    }
}

fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_seconds() - from.as_seconds()) / 86_400
}
