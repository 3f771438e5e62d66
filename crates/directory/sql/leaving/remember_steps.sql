insert into deleted_links (account_id, user_id, kind, target_id)
select x.account_id, x.user_id, 'step', x.step_id
from workflow_step_users x
where x.account_id = $1
  and x.user_id in (select s.id from staged_ids s)
