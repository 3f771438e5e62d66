delete from early_access
where account_id = $1
  and user_id = $2
