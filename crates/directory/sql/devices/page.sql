-- Counts stop at the last parameter, so that a device that everybody may use is no slower than others.
select d.id, d.name, d.name_key, d.guest_minutes, d.guest_limit,
  (
    select count(*)
    from (
      select 1 as one
      from grants g
      join users u on u.account_id = g.account_id and u.id = g.user_id
      where g.account_id = $1
        and g.device_id = d.id
        and u.status = 'active'
        and (g.ends_at is null or g.ends_at > $2)
      limit $3
    ) a
  ) as active_count,
  (
    select count(*)
    from (
      select 1 as one
      from grants g
      join users u on u.account_id = g.account_id and u.id = g.user_id
      where g.account_id = $1
        and g.device_id = d.id
        and u.status = 'invited'
        and (g.ends_at is null or g.ends_at > $2)
      limit $3
    ) p
  ) as pending_count,
  o.first_name as owner_first, o.last_name as owner_last
from devices d
left join grants w on w.account_id = d.account_id and w.device_id = d.id and w.access_type = 'owner'
left join users o on o.account_id = w.account_id and o.id = w.user_id
where d.account_id = $1
