select
  r.id,
  u.first_name,
  u.last_name,
  a.name as account_name,
  a.time_zone,
  r.expires_at,
  r.size_bytes,
  r.account_id,
  r.user_id,
  u.role
from data_requests r
join users u on u.account_id = r.account_id and u.id = r.user_id
join accounts a on a.id = r.account_id
where r.account_id = $1
  and r.user_id = $2
  and r.id = $3
  and r.state = 'ready'
  and r.expires_at > $4
