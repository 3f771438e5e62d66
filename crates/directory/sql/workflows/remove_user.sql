delete from workflow_participants
where account_id = $1
  and user_id = $2
  and workflow_id = $3
