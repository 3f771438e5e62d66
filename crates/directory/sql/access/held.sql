-- Who of the staged people has access to a device that is not over.
select g.user_id
from staged_ids s
cross join grants g
where g.account_id = $1
  and g.user_id = s.id
  and g.device_id = $2
  and (g.ends_at is null or g.ends_at > $3)
