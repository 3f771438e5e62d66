select p.user_id, w.id, w.name
from staged_ids s
join workflow_participants p on p.account_id = $1 and p.user_id = s.id
join workflows w on w.account_id = p.account_id and w.id = p.workflow_id
order by p.user_id, w.name_key
