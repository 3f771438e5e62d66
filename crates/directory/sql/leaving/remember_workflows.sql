insert into deleted_links (account_id, user_id, kind, target_id)
select p.account_id, p.user_id, 'workflow', p.workflow_id
from workflow_participants p
where p.account_id = $1
  and p.user_id in (select s.id from staged_ids s)
