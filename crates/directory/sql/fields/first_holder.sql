select u.id
from users u
where u.account_id = $1
  and u.status <> 'deleted'
  and replace(u.custom, cast($2 as text), '') <> u.custom
limit 1
