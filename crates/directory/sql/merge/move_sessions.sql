update sessions
set user_id = $3
where account_id = $1
  and identity_id = $2
