-- What a dead worker had begun is queued again, unless it has been begun too often.
update jobs
set state = case when attempts < $2 then 'queued' else 'failed' end,
  error = case when attempts < $2 then error else $3 end,
  finished_at = case when attempts < $2 then null else cast($4 as bigint) end,
  worker = null
where state = 'running' and worker = $1
