select d.id, d.title, d.state, k.kind as step_kind, d.assignee_id, d.version, t.version as seen, s.id as fill_step, w.name as workflow,
  d.workflow_id
from staged_documents t
join documents d on d.account_id = $1 and d.id = t.id
join workflows w on w.account_id = d.account_id and w.id = d.workflow_id
join workflow_steps k on k.account_id = d.account_id and k.id = d.step_id
join workflow_steps s on s.account_id = d.account_id and s.workflow_id = d.workflow_id and s.kind = 'fill'
order by d.id
