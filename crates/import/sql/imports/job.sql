select id
from jobs
where account_id = $1
  and state in ('queued', 'running')
  and payload like $2
order by id desc
limit 1
