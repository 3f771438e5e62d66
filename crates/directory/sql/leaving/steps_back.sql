insert into workflow_step_users (account_id, user_id, step_id)
select l.account_id, l.user_id, l.target_id
from deleted_links l
join workflow_steps t on t.account_id = l.account_id and t.id = l.target_id
where l.account_id = $1
  and l.user_id in (select s.id from staged_ids s)
  and l.kind = 'step'
on conflict (account_id, user_id, step_id) do nothing
