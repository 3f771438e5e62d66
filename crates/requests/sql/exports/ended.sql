select e.id
from exports e
where e.account_id = $1
  and e.expires_at <= $2
