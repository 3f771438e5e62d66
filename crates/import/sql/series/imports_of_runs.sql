select account_id, id, number, name, state, rev, settings, layout, mapping, plan, error, content_hash, source_name,
  source_bytes, id_base, stage, rows_total, rows_done, chunks_done, rows_created, rows_updated, rows_unchanged,
  rows_skipped, rows_failed, rows_not_started, timings, undo, created_by, created_by_name, created_at, updated_at,
  started_at, finished_at, completed_at, redo, changed_by_name, changed_what, changed_at,
  changed_from
from imports
where account_id = $1
  and id in (
    select import_id
    from series_runs
    where account_id = $1
      and series_id = $2
      and id between $3 and $4
  )
