insert into document_history (account_id, document_id, id, at, actor_id, actor_name, act, state, note)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
