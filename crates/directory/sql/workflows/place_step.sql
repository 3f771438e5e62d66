update workflow_steps
set position = $3
where account_id = $1
  and id = $2
