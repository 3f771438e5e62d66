-- The account is known by the link alone.
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
where r.token_hash = $1
  and r.state = 'ready'
  and r.expires_at > $2
  and u.status in ('invited', 'active')
