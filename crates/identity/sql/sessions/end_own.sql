update sessions
set end_reason = 'elsewhere'
where identity_id = $1
  and id = $2
  and end_reason is null
