select held.key as field_key, count(*) as row_count
from users u
cross join json_object_keys(cast(u.custom as json)) as held(key)
where u.account_id = $1
  and u.status <> 'deleted'
  and u.custom is not null
group by held.key
