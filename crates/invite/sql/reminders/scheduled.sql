select count(*) as waiting
from jobs
where kind = $1
  and state in ('queued', 'running')
