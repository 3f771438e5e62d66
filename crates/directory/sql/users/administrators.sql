select id, first_name, trim(first_name || ' ' || last_name) as name, email, language, role, admin_role_id
from users
where account_id = $1
  and role in ('owner', 'admin')
  and status = 'active'
order by id
limit 100
