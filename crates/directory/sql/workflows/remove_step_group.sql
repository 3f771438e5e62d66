delete from workflow_step_groups
where account_id = $1
  and group_id = $2
  and step_id = $3
