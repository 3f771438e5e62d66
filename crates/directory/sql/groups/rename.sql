update groups
set name = $3, name_key = $4
where account_id = $1
  and id = $2
