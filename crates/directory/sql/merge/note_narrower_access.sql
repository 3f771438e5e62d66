insert into revoked_grants (
  account_id, user_id, device_id, access_type, schedule, starts_at, ends_at, created_at, notes, invited_by,
  revoked_at, revoked_by, revoked_by_name
)
select account_id, user_id, device_id, access_type, schedule, starts_at, ends_at, created_at, notes, invited_by,
  $5, $6, $7
from grants
where account_id = $1
  and user_id = $2
  and exists (
    select 1
    from grants w
    where w.account_id = $1
      and w.user_id = $3
      and w.device_id = grants.device_id
      and (
        case w.access_type when 'owner' then 5 when 'full' then 4 when 'tenant' then 3 when 'always' then 2 else 1 end > case grants.access_type when 'owner' then 5 when 'full' then 4 when 'tenant' then 3 when 'always' then 2 else 1 end
        or (not $4 and case w.access_type when 'owner' then 5 when 'full' then 4 when 'tenant' then 3 when 'always' then 2 else 1 end = case grants.access_type when 'owner' then 5 when 'full' then 4 when 'tenant' then 3 when 'always' then 2 else 1 end)
      )
  )
on conflict (account_id, user_id, device_id, revoked_at) do nothing
