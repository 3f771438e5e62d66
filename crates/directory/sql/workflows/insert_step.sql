insert into workflow_steps (account_id, id, workflow_id, position, kind, name, is_for_all, created_at)
select $1, $2, w.id, coalesce((
    select max(s.position)
    from workflow_steps s
    where s.account_id = $1
      and s.workflow_id = $3
  ), 0) + 1, $4, $5, true, $6
from workflows w
where w.account_id = $1
  and w.id = $3
