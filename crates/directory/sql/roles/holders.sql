select admin_role_id, count(*) as people
from users
where account_id = $1
  and admin_role_id is not null
  and role = 'admin'
  and status <> 'deleted'
group by admin_role_id
