select w.name, p.created_at
from workflow_participants p
join workflows w on w.account_id = p.account_id and w.id = p.workflow_id
where p.account_id = $1
  and p.user_id = $2
order by w.name_key, w.id
