select role_id, group_id
from admin_role_groups
where account_id = $1
