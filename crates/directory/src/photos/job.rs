//! The job of a batch: some files at a time are read, made into photos, and stored with what became of each.
//!
//! How far it got is stored with the photos themselves, so that it goes on after a restart. No more than [`CHUNK_BYTES`] of
//! files are in memory, whatever the upload holds.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    num::NonZero,
    path::Path,
    thread,
};

use db::{Tx, bulk, params, sql};
use jobs::{Context, Failure, Job, JobOutcome, Runner};
use kernel::{AccountId, PhotoBatchId, Role, UserId};
use picture::{NotAPicture, Portrait};
use tabular::{FileError, Limits, Package, Packed};

use super::{
    PhotoRow, PhotoSettings,
    batch::{self, Batch, Outcome},
    matching::{self, Found, Meant},
    parcel, sweep, undo,
};
use crate::{Actor, Ctx, activity, notifications, users};

/// The kind of the job.
pub(super) const KIND: &str = "photos.batch";
/// Files gone through in one transaction.
const CHUNK: usize = 64;
/// The same in bytes of pictures; one more may be beyond it.
const CHUNK_BYTES: usize = 24 << 20;
/// Pictures decoded at the same time, whatever the machine has: each may take 100 MB.
const MOST_AT_ONCE: usize = 4;
/// Files of one upload.
const MOST_FILES: usize = 50_000;

/// Adds the handler; uploads are in the folder `data`.
#[must_use]
pub fn register(runner: Runner, data: &Path) -> Runner {
    let (data, there) = (data.to_owned(), data.to_owned());
    sweep::register(runner, &data)
        .register(KIND, move |context, job| run(context, job, &data))
        .given_up(KIND, move |tx, context, job| {
            give_up(tx, context, job, &there)
        })
        .register(undo::KIND, undo::run)
        .given_up(undo::KIND, |tx, _, job| undo::give_up(tx, job))
}

/// A file on its way to its outcome.
struct Candidate {
    name: String,
    user: Option<UserId>,
    fate: Fate,
}

enum Fate {
    Settled(Outcome, String),
    /// To be made into a photo.
    Picture(Vec<u8>),
}

fn run(context: &Context, job: &Job, data: &Path) -> Result<JobOutcome, Failure> {
    let id: PhotoBatchId = job.payload()?;
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    let place = parcel::file(data, id);
    let Some((batch, settings)) = context.db.read_blocking(|tx| {
        let found = batch::find(tx, account, id)?.filter(Batch::is_running);
        let settings = PhotoSettings::load(tx, account)?;
        Ok::<_, db::Error>(found.map(|batch| (batch, settings)))
    })?
    else {
        // It ended, and the server did before the files were gone.
        remove(&place);
        return Ok(JobOutcome::Done);
    };
    let ctx = surroundings(context, account, &batch);
    let package = match open(&place) {
        Ok(package) => package,
        Err(error) => return unreadable(context, job, &ctx, &batch, &place, &error),
    };
    let files = package.len();
    let mut done = usize::try_from(batch.files_done).unwrap_or(0);
    while done < files {
        let most = settings.most_bytes();
        let chunk = read(context, &ctx, &batch, &package, done, most)?;
        done += chunk.len();
        let made = made(chunk, most);
        context.db.write_blocking(|tx| {
            job.keep(tx)?;
            store(tx, &ctx, &batch, made, (done, files))
        })?;
        if context.wake.is_stopping() && done < files {
            return Ok(JobOutcome::Continue);
        }
    }
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        finish(tx, &ctx, &batch)
    })?;
    remove(&place);
    Ok(JobOutcome::Done)
}

fn open(place: &Path) -> Result<Package, FileError> {
    let limits = Limits {
        zip_entries: MOST_FILES,
        unpacked_bytes: 64 << 20,
        ..Limits::default()
    };
    let file = File::open(place).map_err(FileError::Unreadable)?;
    Package::open(file, &limits)
}

/// Reads the next files, of those that can be somebody's photo.
fn read(
    context: &Context,
    ctx: &Ctx,
    batch: &Batch,
    package: &Package,
    from: usize,
    most: u64,
) -> db::Result<Vec<Candidate>> {
    let names: Vec<&str> = (from..package.len())
        .take(CHUNK)
        .map(|place| package.name(place).unwrap_or_default())
        .collect();
    let meant = context
        .db
        .read_blocking(|tx| matching::people(tx, ctx.account, &batch.recognise(), &names))?;
    let mut chunk = Vec::with_capacity(names.len());
    let mut bytes = 0;
    for ((place, name), meant) in (from..).zip(&names).zip(meant) {
        let (user, decided) = decide(batch, meant);
        let fate = match decided {
            Some(outcome) => Fate::Settled(outcome, String::new()),
            None => match package.read(place, most) {
                Packed::Bytes(picture) => {
                    bytes += picture.len();
                    Fate::Picture(picture)
                }
                Packed::TooLarge => Fate::Settled(Outcome::TooLarge, String::new()),
                Packed::Refused(reason) => Fate::Settled(Outcome::NotAPicture, reason),
            },
        };
        chunk.push(Candidate {
            name: parcel::called(name).to_owned(),
            user,
            fate,
        });
        if bytes > CHUNK_BYTES {
            break;
        }
    }
    Ok(chunk)
}

/// Whose photo a file is, and what becomes of it if it is not worth reading.
fn decide(batch: &Batch, meant: Meant) -> (Option<UserId>, Option<Outcome>) {
    match meant {
        Meant::Nobody => (None, Some(Outcome::Nobody)),
        Meant::Several => (None, Some(Outcome::Several)),
        Meant::One(user, found) => (Some(user), hindrance(batch, &found)),
    }
}

/// Why somebody gets no photo from this batch, as things stand.
fn hindrance(batch: &Batch, found: &Found) -> Option<Outcome> {
    if found.batch == Some(batch.id) {
        Some(Outcome::Repeated)
    } else {
        (found.has_photo && !batch.replace).then_some(Outcome::Kept)
    }
}

/// A file with its photo, if it can be one; its outcome is then that of a first photo.
struct Made {
    name: String,
    user: Option<UserId>,
    outcome: Outcome,
    reason: String,
    portrait: Option<Portrait>,
}

/// Decodes on several cores, in the order of the files.
fn made(chunk: Vec<Candidate>, most: u64) -> Vec<Made> {
    let cores = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(MOST_AT_ONCE);
    let size = chunk.len().div_ceil(cores).max(1);
    let mut parts: Vec<Vec<Candidate>> = Vec::new();
    let mut rest = chunk.into_iter();
    loop {
        let part: Vec<_> = rest.by_ref().take(size).collect();
        if part.is_empty() {
            break;
        }
        parts.push(part);
    }
    let work = |part: Vec<Candidate>| -> Vec<Made> {
        part.into_iter()
            .map(|candidate| photo(candidate, most))
            .collect()
    };
    thread::scope(|scope| {
        let running: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || work(part)))
            .collect();
        running
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_default())
            .collect()
    })
}

fn photo(candidate: Candidate, most: u64) -> Made {
    let Candidate { name, user, fate } = candidate;
    let (outcome, reason, portrait) = match fate {
        Fate::Settled(outcome, reason) => (outcome, reason, None),
        Fate::Picture(bytes) => match picture::portrait(&bytes, most) {
            Ok(portrait) => (Outcome::Stored, String::new(), Some(portrait)),
            Err(NotAPicture::TooLarge) => (Outcome::TooLarge, String::new(), None),
            Err(reason) => (Outcome::NotAPicture, reason.to_string(), None),
        },
    };
    Made {
        name,
        user,
        outcome,
        reason,
        portrait,
    }
}

struct ResultRow {
    account_id: AccountId,
    batch_id: PhotoBatchId,
    position: i64,
    name: String,
    outcome: &'static str,
    reason: String,
    user_id: Option<UserId>,
}

bulk!(ResultRow => "photo_results" { account_id, batch_id, position, name, outcome, reason, user_id });

/// Decides about each photo with its person locked: much can have happened while pictures were decoded, and a file that
/// turned out to be none does not stand in the way of the next one of the same person.
fn settle(tx: &mut Tx<'_>, ctx: &Ctx, batch: &Batch, made: &mut [Made]) -> db::Result<()> {
    let with_photo = made.iter().filter(|made| made.portrait.is_some());
    let people: BTreeSet<UserId> = with_photo.filter_map(|made| made.user).collect();
    let mut there = matching::locked(tx, ctx.account, people)?;
    for made in made.iter_mut().filter(|made| made.portrait.is_some()) {
        let found = made.user.and_then(|user| there.get_mut(&user));
        let hindrance = match &found {
            Some(found) => hindrance(batch, found),
            None => Some(Outcome::Nobody),
        };
        match (hindrance, found) {
            (None, Some(found)) => {
                if found.has_photo {
                    made.outcome = Outcome::Replaced;
                }
                found.has_photo = true;
                found.batch = Some(batch.id);
            }
            (hindrance, found) => {
                made.outcome = hindrance.unwrap_or(Outcome::Nobody);
                made.user = made.user.filter(|_| found.is_some());
                made.portrait = None;
            }
        }
    }
    Ok(())
}

/// Stores photos, results and how far it got, all together.
fn store(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    batch: &Batch,
    mut made: Vec<Made>,
    (done, files): (usize, usize),
) -> db::Result<()> {
    settle(tx, ctx, batch, &mut made)?;
    let count = |wanted: fn(Outcome) -> bool| {
        made.iter().filter(|made| wanted(made.outcome)).count() as i64
    };
    let stored = count(|outcome| outcome == Outcome::Stored);
    let replaced = count(|outcome| outcome == Outcome::Replaced);
    let kept = count(|outcome| outcome == Outcome::Kept);
    let refused = made.len() as i64 - stored - replaced - kept;
    let first = (done - made.len()) as i64;
    let (mut photos, mut results) = (Vec::new(), Vec::with_capacity(made.len()));
    for (position, made) in (first..).zip(made) {
        if let (Some(user), Some(portrait)) = (made.user, made.portrait) {
            photos.push(PhotoRow::new(ctx, user, portrait, Some(batch.id)));
        }
        results.push(ResultRow {
            account_id: ctx.account,
            batch_id: batch.id,
            position,
            name: made.name,
            outcome: made.outcome.as_str(),
            reason: made.reason,
            user_id: made.user,
        });
    }
    users::stage_ids(tx, photos.iter().map(|photo| photo.user_id))?;
    tx.execute(sql!("photos/keep_former"), params![ctx.account, batch.id])?;
    tx.execute(sql!("photos/delete_of_staged"), params![ctx.account])?;
    tx.bulk(&photos)?;
    tx.bulk(&results)?;
    tx.execute(
        sql!("photos/advance_batch"),
        params![
            ctx.account,
            batch.id,
            files as i64,
            done as i64,
            stored,
            replaced,
            kept,
            refused
        ],
    )?;
    Ok(())
}

fn finish(tx: &mut Tx<'_>, ctx: &Ctx, batch: &Batch) -> db::Result<()> {
    tx.execute(
        sql!("photos/finish_batch"),
        params![ctx.account, batch.id, "done", None::<String>, ctx.now()],
    )?;
    let Some(batch) = batch::find(tx, ctx.account, batch.id)? else {
        return Ok(());
    };
    let words = format!(
        "{}: {} photos stored, {} replaced, {} kept, {} files refused",
        batch.source_name, batch.stored, batch.replaced, batch.kept, batch.refused
    );
    activity::record(tx, ctx, "photos.import", Some(batch.id.uuid()), &words)?;
    tell(tx, ctx, &batch, &words)
}

/// Ends a batch whose upload cannot be read.
fn unreadable(
    context: &Context,
    job: &Job,
    ctx: &Ctx,
    batch: &Batch,
    place: &Path,
    error: &FileError,
) -> Result<JobOutcome, Failure> {
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        fail(tx, ctx, batch, &error.to_string())
    })?;
    remove(place);
    Ok(JobOutcome::Done)
}

/// Ends a batch whose job failed too often; why is in the log.
fn give_up(tx: &mut Tx<'_>, context: &Context, job: &Job, data: &Path) -> db::Result<()> {
    let (Ok(id), Some(account)) = (job.payload::<PhotoBatchId>(), job.account_id) else {
        return Ok(());
    };
    if let Some(batch) = batch::find(tx, account, id)?.filter(Batch::is_running) {
        let ctx = surroundings(context, account, &batch);
        fail(tx, &ctx, &batch, "the work failed each time it was tried")?;
    }
    remove(&parcel::file(data, id));
    Ok(())
}

/// Stores and tells that a batch goes no further; photos that were stored before stay.
fn fail(tx: &mut Tx<'_>, ctx: &Ctx, batch: &Batch, reason: &str) -> db::Result<()> {
    tx.execute(
        sql!("photos/finish_batch"),
        params![ctx.account, batch.id, "failed", Some(reason), ctx.now()],
    )?;
    let how_far = match batch.stored + batch.replaced {
        0 => "no photo was stored".to_owned(),
        stored => format!("it ended with {stored} stored"),
    };
    let words = format!("{}: {how_far}, because {reason}", batch.source_name);
    activity::record(tx, ctx, "photos.import", Some(batch.id.uuid()), &words)?;
    tell(tx, ctx, batch, &words)
}

fn tell(tx: &mut Tx<'_>, ctx: &Ctx, batch: &Batch, words: &str) -> db::Result<()> {
    match batch.begun_by {
        Some(user) => {
            let about = Some(batch.id.uuid());
            notifications::add(tx, ctx, user, "photos.done", about, words)
        }
        None => Ok(()),
    }
}

fn remove(place: &Path) {
    // A file that stays is swept away later.
    let _ = fs::remove_file(place);
}

fn surroundings(context: &Context, account: AccountId, batch: &Batch) -> Ctx {
    Ctx {
        account,
        actor: Actor::new(batch.begun_by, &batch.begun_by_name, Role::Admin),
        clock: context.clock.clone(),
        ids: context.ids.clone(),
    }
}

#[cfg(test)]
mod tests;
