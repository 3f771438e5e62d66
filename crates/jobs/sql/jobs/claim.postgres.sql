-- The first due job; of a group, only its oldest that is not finished. `$3`: any job; otherwise
-- only the job `$4` and those of its group.
update jobs
set state = 'running', worker = $1, started_at = $2, attempts = attempts + 1
where id = (
  select j.id
  from jobs j
  where j.state = 'queued'
  and j.run_at <= $2
  and ($3 or j.id = $4 or j.group_key = (select wanted.group_key from jobs wanted where wanted.id = $4))
  and not exists (
    select 1
    from jobs ahead
    where ahead.group_key = j.group_key
    and (ahead.state = 'running' or (ahead.state = 'queued' and ahead.id < j.id))
  )
  order by j.run_at, j.id
  limit 1
  for update skip locked
)
returning id, account_id, kind, group_key, payload, attempts, worker, created_at
