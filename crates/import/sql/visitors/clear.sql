delete from import_visitors
where account_id = $1
  and import_id = $2
