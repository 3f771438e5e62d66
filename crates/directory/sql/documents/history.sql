select at, actor_name, act, state, note
from document_history
where account_id = $1
  and document_id = $2
order by id desc
limit $3
