select d.state, count(*) as row_count
from documents d
where d.account_id = $1
  and (d.workflow_id = $2 or $2 is null)
  and (d.assignee_id = $3 or $3 is null)
  and (d.title_key like $4 escape '\' or $4 is null)
  and (d.updated_at < $5 or $5 is null)
group by d.state
