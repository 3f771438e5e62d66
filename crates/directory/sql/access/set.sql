update grants
set access_type = $4, schedule = $5, starts_at = $6, ends_at = $7, notes = $8, is_guest = $9
where account_id = $1
  and device_id = $2
  and user_id = $3
