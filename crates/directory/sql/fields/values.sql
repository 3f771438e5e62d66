select u.custom
from users u
where u.account_id = $1
  and u.status <> 'deleted'
  and u.custom is not null
