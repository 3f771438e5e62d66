select d.id, d.workflow_id, w.name as workflow, d.step_id, s.kind as step_kind, s.name as step, d.title, d.state,
  d.assignee_id, u.first_name, u.last_name, u.email, d.note, d.files, d.version, d.created_at, d.updated_at,
  f.id as file_id, f.name as file_name, f.media_type, f.size_bytes
from documents d
join workflows w on w.account_id = d.account_id and w.id = d.workflow_id
join workflow_steps s on s.account_id = d.account_id and s.id = d.step_id
join document_files f on f.account_id = d.account_id and f.document_id = d.id and f.number = d.files
left join users u on u.account_id = d.account_id and u.id = d.assignee_id
where d.account_id = $1
  and d.id = $2
