select d.name, g.access_type, g.schedule, g.starts_at, g.ends_at, g.created_at
from grants g
join devices d on d.account_id = g.account_id and d.id = g.device_id
where g.account_id = $1
  and g.user_id = $2
order by d.name_key, d.id
