select d.id, d.title, w.name as workflow_name, d.state, f.id as file_id, f.name as file_name, d.created_at, d.updated_at
from documents d
join workflows w on w.account_id = d.account_id and w.id = d.workflow_id
join document_files f on f.account_id = d.account_id and f.document_id = d.id and f.number = d.files
where d.account_id = $1
  and d.assignee_id = $2
order by d.id
limit 10000
