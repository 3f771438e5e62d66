select d.id, d.name, g.access_type, g.schedule, g.starts_at, g.ends_at, g.notes, u.status,
  i.first_name as inviter_first, i.last_name as inviter_last,
  cast(null as bigint) as revoked_at, cast(null as text) as revoked_by_name
from grants g
join devices d on d.account_id = g.account_id and d.id = g.device_id
join users u on u.account_id = g.account_id and u.id = g.user_id
left join users i on i.account_id = g.account_id and i.id = g.invited_by
where g.account_id = $1
  and g.user_id = $2
order by d.name_key
limit 10000
