select id, state, rev
from imports
where account_id = $1
  and completed_at is null
  and state <> 'discarded'
  and id > $2
order by id
limit $3
