update sessions
set end_reason = 'administrator'
where account_id = $1
  and user_id = $2
  and id = $3
  and end_reason is null
