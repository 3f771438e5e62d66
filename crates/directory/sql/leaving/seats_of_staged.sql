select p.module_key, p.user_id
from deleted_seats p
where p.account_id = $1
  and p.user_id in (select s.id from staged_ids s)
order by p.module_key, p.user_id
