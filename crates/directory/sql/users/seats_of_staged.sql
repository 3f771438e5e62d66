-- Written as a cross join so that SQLite begins with the few staged ids, not with the account.
select m.user_id, m.module_key
from staged_ids s
cross join module_seats m
where m.account_id = $1
  and m.user_id = s.id
order by m.user_id, m.module_key
