select u.first_name, u.last_name, u.role
from users u
where u.account_id = $1
  and u.id = $2
