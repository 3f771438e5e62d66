select id
from users
where account_id = $1
  and role = 'owner'
  and status = 'active'
limit 1000
