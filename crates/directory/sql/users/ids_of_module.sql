select m.user_id
from module_seats m
where m.account_id = $1
  and m.module_key = $2
