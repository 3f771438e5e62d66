select id, name, actions, all_groups, all_workflows, version
from admin_roles
where account_id = $1
  and id = $2
