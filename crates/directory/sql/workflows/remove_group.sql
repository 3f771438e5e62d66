delete from workflow_groups
where account_id = $1
  and group_id = $2
  and workflow_id = $3
