insert into workflow_participants (account_id, user_id, workflow_id, created_at)
select l.account_id, l.user_id, l.target_id, $2
from deleted_links l
join workflows w on w.account_id = l.account_id and w.id = l.target_id
where l.account_id = $1
  and l.user_id in (select s.id from staged_ids s)
  and l.kind = 'workflow'
on conflict (account_id, user_id, workflow_id) do nothing
