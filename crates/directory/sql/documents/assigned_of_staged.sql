select d.title, w.name, d.note
from staged_ids s
join documents d on d.account_id = $1 and d.id = s.id
join workflows w on w.account_id = d.account_id and w.id = d.workflow_id
where d.assignee_id = $2
order by d.title_key, d.id
