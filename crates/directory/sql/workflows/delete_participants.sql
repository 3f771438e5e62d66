delete from workflow_participants
where account_id = $1
  and workflow_id = $2
