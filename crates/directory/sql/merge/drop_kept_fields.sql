delete from kept_fields
where account_id = $1
  and user_id = $2
