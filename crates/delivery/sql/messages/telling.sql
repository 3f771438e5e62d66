-- Whether administrators are about to be told, and when they were told last.
select
  coalesce(sum(case when state = 'queued' then 1 else 0 end), 0) as queued,
  max(run_at) as told_at
from jobs
where kind = $1
  and account_id = $2
