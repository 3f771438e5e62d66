update users
set merged_into = $3
where account_id = $1
  and (id = $2 or merged_into = $2)
