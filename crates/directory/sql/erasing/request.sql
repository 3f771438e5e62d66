update deleted_users
set erase_now = true
where account_id = $1
  and user_id = $2
