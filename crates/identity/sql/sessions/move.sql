update sessions
set account_id = $3, user_id = $4
where id = $1
  and identity_id = $2
  and end_reason is null
