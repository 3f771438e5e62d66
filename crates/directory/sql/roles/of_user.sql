select role, admin_role_id
from users
where account_id = $1
  and id = $2
