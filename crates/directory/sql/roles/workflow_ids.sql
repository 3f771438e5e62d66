select w.workflow_id
from admin_role_workflows w
where w.account_id = $1
  and w.role_id = $2
