update documents
set assignee_id = $2, version = version + 1
where account_id = $1
  and assignee_id = $3
