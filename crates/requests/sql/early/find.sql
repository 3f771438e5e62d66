select e.state, e.version, e.asked_at, e.decided_at
from early_access e
where e.account_id = $1
  and e.user_id = $2
