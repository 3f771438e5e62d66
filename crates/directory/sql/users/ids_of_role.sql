select m.user_id
from admin_role_groups r
join group_members m on m.account_id = r.account_id and m.group_id = r.group_id
where r.account_id = $1
  and r.role_id = $2
