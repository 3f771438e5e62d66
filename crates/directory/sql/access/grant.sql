select g.account_id, g.user_id, g.device_id, g.access_type, g.schedule, g.starts_at, g.ends_at, g.created_at,
  g.notes, g.invited_by, g.is_guest, u.version, u.first_name, u.last_name
from grants g
join users u on u.account_id = g.account_id and u.id = g.user_id
where g.account_id = $1
  and g.device_id = $2
  and g.user_id = $3
  and u.status <> 'deleted'
