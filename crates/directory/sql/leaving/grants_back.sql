-- Not what is over, not a second owner of a device, and no more guests than it has places for.
insert into grants (
  account_id, user_id, device_id, access_type, schedule, starts_at, ends_at, created_at, notes, invited_by, is_guest
)
select r.account_id, r.user_id, r.device_id, r.access_type, r.schedule, r.starts_at, r.ends_at, r.created_at, r.notes,
  r.invited_by, r.is_guest
from (
  select g.account_id, g.user_id, g.device_id, g.access_type, g.schedule, g.starts_at, g.ends_at, g.created_at, g.notes,
    g.invited_by, g.is_guest,
    row_number() over (
      partition by g.device_id, g.access_type, g.is_guest
      order by g.revoked_at desc, g.user_id
    ) as place
  from deleted_users d
  join revoked_grants g on g.account_id = d.account_id and g.user_id = d.user_id and g.revoked_at = d.deleted_at
  where d.account_id = $1
    and d.user_id in (select s.id from staged_ids s)
    and (g.ends_at is null or g.ends_at > $2)
) r
join devices v on v.account_id = r.account_id and v.id = r.device_id
where (r.access_type <> 'owner' or (
    r.place = 1
    and not exists (
      select 1
      from grants o
      where o.account_id = r.account_id
        and o.device_id = r.device_id
        and o.access_type = 'owner'
    )
  ))
  and (not r.is_guest or r.place + (
    select count(*)
    from grants o
    where o.account_id = r.account_id
      and o.device_id = r.device_id
      and o.is_guest
      and o.ends_at > $2
  ) <= v.guest_limit)
on conflict (account_id, user_id, device_id) do nothing
