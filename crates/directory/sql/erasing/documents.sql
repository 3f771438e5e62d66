select id
from documents
where account_id = $1
  and assignee_id in (select s.id from staged_ids s)
order by id
