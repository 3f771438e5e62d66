select held.key as field_key, count(*) as row_count
from users u
join json_each(u.custom) held on true
where u.account_id = $1
  and u.status <> 'deleted'
  and u.custom is not null
group by held.key
