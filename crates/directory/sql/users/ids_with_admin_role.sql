select u.id
from users u
where u.account_id = $1
  and u.admin_role_id is not null
  and u.admin_role_id = $2
  and u.role = 'admin'
