select u.first_name, u.last_name, u.email, u.phone, u.language
from users u
where u.account_id = $1
  and u.id = $2
  and u.status in ('invited', 'active')
