select user_id
from deleted_users
where account_id = $1
  and (deleted_at < $2 or erase_now)
order by deleted_at, user_id
limit $3
