//! Reading and writing imports in the database; their problems are in [`problems`].

pub(crate) mod departures;
pub(crate) mod problem_counts;
pub(crate) mod problems;

use db::{Tx, params, sql};
use kernel::{AccountId, ImportId, JobId, Timestamp};

use crate::{
    Refusal,
    record::{Import, json},
    state::State,
};

pub(crate) fn find(tx: &mut Tx<'_>, account: AccountId, id: ImportId) -> Result<Import, Refusal> {
    tx.fetch_optional(sql!("imports/find"), params![account, id])?
        .ok_or(Refusal::NotFound)
}

pub(crate) fn find_number(
    tx: &mut Tx<'_>,
    account: AccountId,
    number: i64,
) -> Result<Import, Refusal> {
    tx.fetch_optional(sql!("imports/find_number"), params![account, number])?
        .ok_or(Refusal::NotFound)
}

/// The newest imports before a number, newest first.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    account: AccountId,
    before: Option<i64>,
    limit: i64,
) -> db::Result<Vec<Import>> {
    tx.fetch(
        sql!("imports/page"),
        params![account, before.unwrap_or(i64::MAX), limit],
    )
}

/// Another import of the same content, if there was one.
pub(crate) fn with_hash(tx: &mut Tx<'_>, import: &Import) -> db::Result<Option<Import>> {
    match &import.file.hash {
        Some(hash) => tx.fetch_optional(
            sql!("imports/with_hash"),
            params![import.account, hash, import.id],
        ),
        None => Ok(None),
    }
}

pub(crate) fn insert(tx: &mut Tx<'_>, import: &mut Import) -> db::Result<()> {
    tx.execute(sql!("imports/take_turn"), params![import.account])?;
    import.number = tx
        .fetch_one::<(i64,)>(sql!("imports/next_number"), params![import.account])?
        .0;
    tx.execute(
        sql!("imports/insert"),
        params![
            import.account,
            import.id,
            import.number,
            import.name,
            import.state.as_str(),
            import.settings.preset.as_str(),
            json(&import.settings),
            import.file.hash,
            import.file.name,
            import.file.bytes,
            import.ids.base(),
            import.created_by,
            import.created_by_name,
            import.created_at
        ],
    )?;
    Ok(())
}

/// Writes everything that can change.
pub(crate) fn save(tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
    tx.execute(
        sql!("imports/save"),
        params![
            import.account,
            import.id,
            import.name,
            import.state.as_str(),
            import.rev,
            json(&import.settings),
            import.layout.as_ref().map(json),
            import.mapping.as_ref().map(json),
            import.plan.as_ref().map(json),
            import.reason.as_ref().map(json),
            import.stage,
            import.counts.rows,
            import.rows_done,
            import.chunks_done,
            import.counts.created,
            import.counts.updated,
            import.counts.unchanged,
            import.counts.skipped,
            import.counts.failed,
            import.counts.not_started,
            json(&import.timings),
            import.undo.as_ref().map(json),
            import.updated_at,
            import.started_at,
            import.finished_at,
            import.completed_at,
            import.redo.as_ref().map(json),
            import.changed.as_ref().map(|change| &change.by),
            import.changed.as_ref().map(|change| &change.what),
            import.changed.as_ref().map(|change| change.at),
            import.changed.as_ref().map(|change| change.from)
        ],
    )?;
    Ok(())
}

/// Writes only how far a stage has come.
pub(crate) fn save_progress(
    tx: &mut Tx<'_>,
    import: &Import,
    stage: &str,
    rows: i64,
    now: Timestamp,
) -> db::Result<()> {
    tx.execute(
        sql!("imports/progress"),
        params![import.account, import.id, stage, rows, now],
    )?;
    Ok(())
}

/// Marks a chunk as written, in the transaction that writes it.
pub(crate) fn save_chunk(
    tx: &mut Tx<'_>,
    import: &Import,
    chunks: i64,
    rows: i64,
    now: Timestamp,
) -> db::Result<()> {
    tx.execute(
        sql!("imports/save_chunk"),
        params![import.account, import.id, chunks, rows, now],
    )?;
    Ok(())
}

/// Moves an import from one state to another unless somebody else has; says whether it did.
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: ImportId,
    from: State,
    to: State,
    now: Timestamp,
) -> db::Result<bool> {
    let moved = tx.execute(
        sql!("imports/ask"),
        params![account, id, to.as_str(), from.as_str(), now],
    )?;
    Ok(moved > 0)
}

/// The job that works or waits to work on an import.
pub(crate) fn job_of(tx: &mut Tx<'_>, import: &Import) -> db::Result<Option<JobId>> {
    let named = format!("%\"import\":\"{}\"%", import.id);
    let found: Option<(JobId,)> =
        tx.fetch_optional(sql!("imports/job"), params![import.account, named])?;
    Ok(found.map(|(id,)| id))
}

pub(crate) fn state(tx: &mut Tx<'_>, account: AccountId, id: ImportId) -> db::Result<State> {
    let name: (String,) = tx.fetch_one(sql!("imports/state"), params![account, id])?;
    Ok(State::parse(&name.0).unwrap_or(State::Failed))
}

/// Removes everything about single rows, and who looked at them.
pub(crate) fn clear_rows(tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
    problems::clear(tx, import)?;
    clear_picks(tx, import)?;
    tx.execute(sql!("visitors/clear"), params![import.account, import.id])?;
    Ok(())
}

/// Ticks or unticks rows.
pub(crate) fn set_picks(
    tx: &mut Tx<'_>,
    import: &Import,
    rows: &[i64],
    picked: bool,
) -> db::Result<()> {
    let statement = if picked {
        sql!("picks/add")
    } else {
        sql!("picks/remove")
    };
    for row in rows {
        tx.execute(statement, params![import.account, import.id, *row])?;
    }
    Ok(())
}

pub(crate) fn clear_picks(tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
    tx.execute(sql!("picks/clear"), params![import.account, import.id])?;
    Ok(())
}

pub(crate) fn picks(tx: &mut Tx<'_>, import: &Import) -> db::Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx.fetch(sql!("picks/list"), params![import.account, import.id])?;
    Ok(rows.into_iter().map(|(row,)| row).collect())
}

pub(crate) fn remember_mapping(
    tx: &mut Tx<'_>,
    account: AccountId,
    signature: &str,
    columns: &str,
    now: Timestamp,
) -> db::Result<()> {
    tx.execute(
        sql!("mappings/remember"),
        params![account, signature, columns, now],
    )?;
    Ok(())
}

pub(crate) fn recall_mapping(
    tx: &mut Tx<'_>,
    account: AccountId,
    signature: &str,
) -> db::Result<Option<String>> {
    let found: Option<(String,)> =
        tx.fetch_optional(sql!("mappings/recall"), params![account, signature])?;
    Ok(found.map(|(text,)| text))
}
