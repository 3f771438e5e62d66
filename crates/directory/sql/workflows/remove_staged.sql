delete from workflow_participants
where account_id = $1
  and workflow_id = $2
  and user_id in (select s.id from staged_ids s)
