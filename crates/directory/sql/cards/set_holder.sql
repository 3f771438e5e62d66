update cards
set user_id = $3, state = $4, version = version + 1
where account_id = $1
  and id = $2
