delete from documents
where account_id = $1
  and workflow_id = $2
  and state = 'completed'
