select id
from jobs
where kind = $1
  and state in ('queued', 'running')
limit 1
