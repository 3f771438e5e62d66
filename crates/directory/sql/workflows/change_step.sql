update workflow_steps
set kind = $3, name = $4, is_for_all = $5
where account_id = $1
  and id = $2
