select state, count(*) as row_count
from documents
where account_id = $1
  and assignee_id = $2
group by state
