delete from import_problems
where account_id = $1
  and import_id = $2
  and position >= $3
