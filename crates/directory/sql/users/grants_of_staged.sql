-- Written as a cross join so that SQLite begins with the few staged ids, not with the account.
select g.account_id, g.user_id, g.device_id, g.access_type, g.schedule, g.starts_at, g.ends_at, g.created_at,
  g.notes, g.invited_by, g.is_guest, d.name
from staged_ids s
cross join grants g
cross join devices d
where g.account_id = $1
  and g.user_id = s.id
  and d.account_id = g.account_id
  and d.id = g.device_id
order by g.user_id, d.name_key
