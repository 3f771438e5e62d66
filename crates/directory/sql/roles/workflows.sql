select role_id, workflow_id
from admin_role_workflows
where account_id = $1
