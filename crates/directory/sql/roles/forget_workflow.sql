delete from admin_role_workflows
where account_id = $1
  and workflow_id = $2
