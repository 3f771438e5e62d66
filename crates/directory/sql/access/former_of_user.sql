select d.id, d.name, g.access_type, g.schedule, g.starts_at, g.ends_at, g.notes, u.status,
  i.first_name as inviter_first, i.last_name as inviter_last,
  g.revoked_at, g.revoked_by_name
from revoked_grants g
join devices d on d.account_id = g.account_id and d.id = g.device_id
join users u on u.account_id = g.account_id and u.id = g.user_id
left join users i on i.account_id = g.account_id and i.id = g.invited_by
where g.account_id = $1
  and g.user_id = $2
  and not exists (
    select 1
    from grants n
    where n.account_id = $1
      and n.user_id = $2
      and n.device_id = g.device_id
  )
  and not exists (
    select 1
    from revoked_grants later
    where later.account_id = $1
      and later.user_id = $2
      and later.device_id = g.device_id
      and later.revoked_at > g.revoked_at
  )
order by g.revoked_at desc, d.name_key
limit 100
