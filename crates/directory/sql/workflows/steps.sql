select s.id, s.workflow_id, s.position, s.kind, s.name, s.is_for_all,
  (
    select count(*)
    from documents d
    where d.account_id = s.account_id
      and d.step_id = s.id
      and d.state <> 'completed'
  ) as waiting
from workflow_steps s
where s.account_id = $1
  and s.workflow_id = $2
order by s.position, s.id
