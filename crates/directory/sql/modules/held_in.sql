select count(*) as row_count
from module_seats
where account_id = $1
  and module_key = $2
  and user_id between $3 and $4
