update users
set last_sign_in_at = $3
where account_id = $1
  and id = $2
