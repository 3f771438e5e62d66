delete from shared_mappings
where account_id = $1
  and name_key = $2
