select g.user_id, u.first_name, u.last_name, u.email, u.phone, u.status, g.access_type, g.schedule, g.starts_at,
  g.ends_at, g.notes, g.invited_by, i.first_name as inviter_first, i.last_name as inviter_last, g.created_at,
  cast(null as bigint) as revoked_at, cast(null as text) as revoked_by_name
from grants g
join users u on u.account_id = g.account_id and u.id = g.user_id
left join users i on i.account_id = g.account_id and i.id = g.invited_by
where g.account_id = $1
  and g.device_id = $2
  and u.status <> 'deleted'
