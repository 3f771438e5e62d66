update notifications
set read_at = $4
where account_id = $1
  and user_id = $2
  and id = $3
  and read_at is null
