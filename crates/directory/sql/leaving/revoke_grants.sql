-- The moment is that of the deletion: by it a restore finds them again.
insert into revoked_grants (
  account_id, user_id, device_id, access_type, schedule, starts_at, ends_at, created_at, notes, invited_by, is_guest,
  revoked_at, revoked_by, revoked_by_name
)
select g.account_id, g.user_id, g.device_id, g.access_type, g.schedule, g.starts_at, g.ends_at, g.created_at, g.notes,
  g.invited_by, g.is_guest, $2, $3, $4
from grants g
where g.account_id = $1
  and g.user_id in (select s.id from staged_ids s)
on conflict (account_id, user_id, device_id, revoked_at) do nothing
