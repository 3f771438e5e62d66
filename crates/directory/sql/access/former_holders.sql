-- The last time that somebody's access was taken away, as long as they have none again.
select g.user_id, u.first_name, u.last_name, u.email, u.phone, u.status, g.access_type, g.schedule, g.starts_at,
  g.ends_at, g.notes, g.invited_by, i.first_name as inviter_first, i.last_name as inviter_last, g.created_at,
  g.revoked_at, g.revoked_by_name
from revoked_grants g
join users u on u.account_id = g.account_id and u.id = g.user_id
left join users i on i.account_id = g.account_id and i.id = g.invited_by
where g.account_id = $1
  and g.device_id = $2
  and u.status <> 'deleted'
  and not exists (
    select 1
    from grants n
    where n.account_id = $1
      and n.device_id = $2
      and n.user_id = g.user_id
  )
  and not exists (
    select 1
    from revoked_grants later
    where later.account_id = $1
      and later.device_id = $2
      and later.user_id = g.user_id
      and later.revoked_at > g.revoked_at
  )
