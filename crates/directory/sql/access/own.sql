-- What a person's access to a device is at this moment.
select g.access_type
from grants g
join users u on u.account_id = g.account_id and u.id = g.user_id
where g.account_id = $1
  and g.user_id = $2
  and g.device_id = $3
  and u.status = 'active'
  and (g.starts_at is null or g.starts_at <= $4)
  and (g.ends_at is null or g.ends_at > $4)
