delete from custom_fields
where account_id = $1
  and key = $2
