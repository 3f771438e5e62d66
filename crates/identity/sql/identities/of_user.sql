select identity_id, role, admin_role_id
from users
where account_id = $1
  and id = $2
  and status = 'active'
  and identity_id is not null
