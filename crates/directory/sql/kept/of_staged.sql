-- Written as a cross join so that SQLite begins with the few staged ids, not with the account.
select k.user_id, k.field
from staged_ids s
cross join kept_fields k
where k.account_id = $1
  and k.user_id = s.id
order by k.user_id, k.field
