select workflow_id
from admin_role_workflows
where account_id = $1
  and role_id = $2
