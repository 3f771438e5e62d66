select identity_id, role
from users
where account_id = $1
  and id = $2
  and status = 'active'
  and identity_id is not null
