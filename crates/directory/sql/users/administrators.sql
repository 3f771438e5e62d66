select id, first_name, trim(first_name || ' ' || last_name) as name, email, language, role, admin_role_id
from users
where account_id = $1
  and role in ('owner', 'admin')
  and status = 'active'
order by case when role = 'owner' then 0 when admin_role_id is null then 1 else 2 end, id
limit 100
