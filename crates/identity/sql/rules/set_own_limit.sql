update users
set session_limit = $3
where account_id = $1
  and id = $2
