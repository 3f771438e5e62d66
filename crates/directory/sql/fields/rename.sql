update custom_fields
set label = $3
where account_id = $1
  and key = $2
