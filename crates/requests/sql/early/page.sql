select
  e.user_id,
  u.first_name,
  u.last_name,
  u.email,
  e.state,
  e.version,
  e.asked_at,
  e.decided_at,
  e.decided_by_name
from early_access e
join users u on u.account_id = e.account_id and u.id = e.user_id
where e.account_id = $1
  and e.state = $2
  and u.status <> 'deleted'
