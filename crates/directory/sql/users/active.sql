select u.id, u.version, u.role, u.status, u.first_name, u.last_name, u.import_id
from users u
where u.account_id = $1
  and u.status in ('invited', 'active')
order by u.id
