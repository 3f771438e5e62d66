update users
set identity_id = $3
where account_id = $1
  and id = $2
