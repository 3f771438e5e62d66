select m.user_id, m.module_key
from staged_ids s
join module_seats m on m.account_id = $1 and m.user_id = s.id
order by m.user_id, m.module_key
