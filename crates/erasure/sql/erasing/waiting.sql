select id
from jobs
where kind = $1
  and account_id is null
  and state in ('queued', 'running')
limit 1
