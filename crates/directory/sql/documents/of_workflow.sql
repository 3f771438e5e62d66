select id
from documents
where account_id = $1
  and workflow_id = $2
order by id
limit $3
