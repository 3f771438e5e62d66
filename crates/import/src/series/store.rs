//! Reading and writing series and their runs in the database.

use db::{Tx, params, sql};
use directory::users;
use kernel::{AccountId, ImportId, SeriesId, SeriesRunId, Timestamp, UserId, fold};

use super::{Comparison, RunOutcome, Series, SeriesRun};
use crate::{Import, Refusal, record::json};

pub(super) fn find(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: SeriesId,
) -> db::Result<Option<Series>> {
    tx.fetch_optional(sql!("series/find"), params![account, id])
}

pub(super) fn find_name(
    tx: &mut Tx<'_>,
    account: AccountId,
    name: &str,
) -> db::Result<Option<Series>> {
    tx.fetch_optional(
        sql!("series/find_name"),
        params![account, fold(name).into_owned()],
    )
}

/// Every series of the account, by name; at most 1,000.
pub(super) fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Series>> {
    tx.fetch(sql!("series/list"), params![account])
}

pub(super) fn insert(tx: &mut Tx<'_>, series: &Series) -> db::Result<()> {
    tx.execute(
        sql!("series/insert"),
        params![
            series.account,
            series.id,
            series.name,
            fold(&series.name).into_owned(),
            series.folder,
            series.pattern,
            series.schedule.to_string(),
            json(&series.settings),
            json(&series.brakes),
            series.next_at,
            series.saved_by,
            series.saved_by_name,
            series.created_at
        ],
    )?;
    Ok(())
}

/// Writes what people change, unless somebody else was faster.
pub(super) fn save(tx: &mut Tx<'_>, series: &Series, now: Timestamp) -> Result<(), Refusal> {
    let saved = tx.execute(
        sql!("series/save"),
        params![
            series.account,
            series.id,
            series.rev,
            series.name,
            fold(&series.name).into_owned(),
            series.folder,
            series.pattern,
            series.schedule.to_string(),
            json(&series.settings),
            json(&series.brakes),
            series.paused,
            series.next_at,
            series.saved_by,
            series.saved_by_name,
            now
        ],
    )?;
    if saved == 0 {
        return Err(Refusal::Stale);
    }
    Ok(())
}

/// Removes a series and what is remembered of it; its imports stay.
pub(super) fn remove(tx: &mut Tx<'_>, account: AccountId, id: SeriesId) -> db::Result<()> {
    tx.execute(sql!("series/remove_people"), params![account, id])?;
    tx.execute(sql!("series/remove_runs"), params![account, id])?;
    tx.execute(sql!("series/remove"), params![account, id])?;
    Ok(())
}

/// Series of all accounts whose time has come, at most 100: account, id, and when it came.
pub(super) fn due(
    tx: &mut Tx<'_>,
    now: Timestamp,
) -> db::Result<Vec<(AccountId, SeriesId, Timestamp)>> {
    tx.fetch(sql!("series/due"), params![now])
}

/// Sets the next look, unless another process has; says whether it did.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    (account, id, at): (AccountId, SeriesId, Timestamp),
    next: Option<Timestamp>,
) -> db::Result<bool> {
    let moved = tx.execute(sql!("series/advance"), params![account, id, at, next])?;
    Ok(moved > 0)
}

/// Remembers the file that was looked at, and when to look again if that is sooner than planned.
pub(super) fn see(
    tx: &mut Tx<'_>,
    series: &Series,
    seen: Option<&str>,
    next: Option<Timestamp>,
) -> db::Result<()> {
    tx.execute(
        sql!("series/see"),
        params![series.account, series.id, seen, next],
    )?;
    Ok(())
}

pub(super) fn insert_run(tx: &mut Tx<'_>, account: AccountId, run: &SeriesRun) -> db::Result<()> {
    tx.execute(
        sql!("series/insert_run"),
        params![
            account,
            run.series,
            run.id,
            run.outcome.as_str(),
            json(&run.reasons),
            run.import,
            run.file_name,
            run.started_at,
            run.finished_at
        ],
    )?;
    tx.execute(sql!("series/trim_runs"), params![account, run.series])?;
    Ok(())
}

/// The next run whose import is not decided about.
pub(super) fn open_run(tx: &mut Tx<'_>, series: &Series) -> db::Result<Option<SeriesRun>> {
    tx.fetch_optional(sql!("series/open_run"), params![series.account, series.id])
}

pub(super) fn finish_run(
    tx: &mut Tx<'_>,
    account: AccountId,
    run: &SeriesRun,
    (outcome, reasons): (RunOutcome, &[String]),
    comparison: Option<Comparison>,
    now: Timestamp,
) -> db::Result<()> {
    tx.execute(
        sql!("series/finish_run"),
        params![
            account,
            run.series,
            run.id,
            outcome.as_str(),
            json(&reasons),
            comparison.as_ref().map(json),
            now
        ],
    )?;
    Ok(())
}

/// Makes others who take a file for the series wait; says no if the series is gone.
pub(super) fn lock(tx: &mut Tx<'_>, series: &Series) -> db::Result<bool> {
    let found = tx.execute(sql!("series/lock"), params![series.account, series.id])?;
    Ok(found > 0)
}

pub(super) fn find_run(
    tx: &mut Tx<'_>,
    account: AccountId,
    series: SeriesId,
    id: SeriesRunId,
) -> db::Result<Option<SeriesRun>> {
    tx.fetch_optional(sql!("series/find_run"), params![account, series, id])
}

/// The last runs of a series, newest first.
pub(super) fn runs(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: SeriesId,
) -> db::Result<Vec<SeriesRun>> {
    tx.fetch(sql!("series/runs"), params![account, id])
}

/// So many runs of a series that began before one of them, newest first, each with its import.
pub(super) fn runs_before(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: SeriesId,
    before: Option<SeriesRunId>,
    limit: i64,
) -> db::Result<Vec<(SeriesRun, Option<Import>)>> {
    let before = before.unwrap_or_else(|| SeriesRunId::from_uuid(uuid::Uuid::max()));
    let found: Vec<SeriesRun> = tx.fetch(
        sql!("series/runs_before"),
        params![account, id, before, limit],
    )?;
    let (Some(newest), Some(oldest)) = (found.first(), found.last()) else {
        return Ok(Vec::new());
    };
    let imports: Vec<Import> = tx.fetch(
        sql!("series/imports_of_runs"),
        params![account, id, oldest.id, newest.id],
    )?;
    let with_import = |run: SeriesRun| {
        let import = imports.iter().find(|import| run.import == Some(import.id));
        (run, import.cloned())
    };
    Ok(found.into_iter().map(with_import).collect())
}

/// The run that made an import.
pub(crate) fn run_of_import(
    tx: &mut Tx<'_>,
    account: AccountId,
    import: ImportId,
) -> db::Result<Option<SeriesRun>> {
    tx.fetch_optional(sql!("series/run_of_import"), params![account, import])
}

/// The newest import of a series that was started and not taken back.
pub(super) fn last_accepted(tx: &mut Tx<'_>, series: &Series) -> db::Result<Option<ImportId>> {
    let found: Option<(ImportId,)> = tx.fetch_optional(
        sql!("series/last_accepted"),
        params![series.account, series.id],
    )?;
    Ok(found.map(|(id,)| id))
}

/// Number and content of the newest import of a series, whatever became of it.
pub(super) fn last_content(
    tx: &mut Tx<'_>,
    series: &Series,
    but: ImportId,
) -> db::Result<Option<(i64, Option<Vec<u8>>)>> {
    tx.fetch_optional(
        sql!("series/last_content"),
        params![series.account, series.id, but],
    )
}

/// The number of an import of the series that waits for a person.
pub(super) fn waiting(tx: &mut Tx<'_>, series: &Series) -> db::Result<Option<i64>> {
    let found: Option<(i64,)> =
        tx.fetch_optional(sql!("series/waiting"), params![series.account, series.id])?;
    Ok(found.map(|(number,)| number))
}

pub(super) fn remember_created(
    tx: &mut Tx<'_>,
    import: &Import,
    series: SeriesId,
) -> db::Result<()> {
    tx.execute(
        sql!("series/remember_created"),
        params![
            import.account,
            series,
            import.id,
            import.ids.first(),
            import.ids.last()
        ],
    )?;
    Ok(())
}

pub(super) fn remember_matched(
    tx: &mut Tx<'_>,
    import: &Import,
    series: SeriesId,
    people: Vec<UserId>,
) -> db::Result<()> {
    users::stage_ids(tx, people)?;
    tx.execute(
        sql!("series/remember_matched"),
        params![import.account, series, import.id],
    )?;
    Ok(())
}

/// Forgets whom an import brought that was taken back.
pub(crate) fn forget_people(tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
    tx.execute(
        sql!("series/forget_people"),
        params![import.account, import.id],
    )?;
    Ok(())
}

/// A new run's id and time.
pub(super) fn new_run(
    id: SeriesRunId,
    series: SeriesId,
    outcome: RunOutcome,
    now: Timestamp,
) -> SeriesRun {
    SeriesRun {
        series,
        id,
        outcome,
        reasons: Vec::new(),
        comparison: None,
        import: None,
        file_name: None,
        started_at: now,
        finished_at: (outcome != RunOutcome::Looking).then_some(now),
    }
}
