update notifications
set read_at = $3
where account_id = $1
  and user_id = $2
  and read_at is null
