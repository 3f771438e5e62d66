update document_history
set actor_id = $2
where account_id = $1
  and actor_id = $3
