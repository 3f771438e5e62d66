insert into revoked_grants (
  account_id, user_id, device_id, access_type, schedule, starts_at, ends_at, created_at, notes, invited_by,
  revoked_at, revoked_by, revoked_by_name
)
select account_id, user_id, device_id, access_type, schedule, starts_at, ends_at, created_at, notes, invited_by,
  $4, $5, $6
from grants
where account_id = $1
  and device_id = $2
  and user_id = $3
on conflict (account_id, user_id, device_id, revoked_at) do nothing
