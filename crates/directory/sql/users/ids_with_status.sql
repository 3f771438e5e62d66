select u.id
from users u
where u.account_id = $1
  and u.status = $2
