select user_id
from deleted_users
where account_id = $1
  and not erase_now
limit 1
