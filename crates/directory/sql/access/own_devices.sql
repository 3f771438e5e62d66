-- The devices that a person may invite others to, and how many guests of tenants each of them has.
select d.id, d.name, d.name_key, d.guest_minutes, d.guest_limit, g.access_type,
  (
    select count(*)
    from grants o
    join users h on h.account_id = o.account_id and h.id = o.user_id
    where o.account_id = $1
      and o.device_id = d.id
      and o.is_guest
      and o.ends_at > $3
      and h.status in ('invited', 'active')
  ) as guest_count
from grants g
join users u on u.account_id = g.account_id and u.id = g.user_id
join devices d on d.account_id = g.account_id and d.id = g.device_id
where g.account_id = $1
  and g.user_id = $2
  and g.access_type in ('owner', 'full', 'tenant')
  and u.status = 'active'
  and (g.starts_at is null or g.starts_at <= $3)
  and (g.ends_at is null or g.ends_at > $3)
order by d.name_key
limit 10000
