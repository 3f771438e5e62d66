delete from workflow_participants
where account_id = $1
  and user_id = $2
