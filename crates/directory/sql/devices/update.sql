update devices
set name = $3, name_key = $4, guest_minutes = $5, guest_limit = $6
where account_id = $1
  and id = $2
