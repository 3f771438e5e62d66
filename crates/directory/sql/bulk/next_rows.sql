select user_id, outcome, before, version
from bulk_rows
where account_id = $1
  and bulk_id = $2
  and outcome = $3
order by user_id
limit $4
