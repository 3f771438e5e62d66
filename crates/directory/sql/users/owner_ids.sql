select id
from users
where account_id = $1
  and role = 'owner'
  and status <> 'deleted'
limit 100000
