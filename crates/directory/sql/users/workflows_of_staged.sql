-- Written as a cross join so that SQLite begins with the few staged ids, not with the account.
select p.user_id, w.id, w.name
from staged_ids s
cross join workflow_participants p
cross join workflows w
where p.account_id = $1
  and p.user_id = s.id
  and w.account_id = p.account_id
  and w.id = p.workflow_id
order by p.user_id, w.name_key
