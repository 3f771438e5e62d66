delete from import_edits
where account_id = $1
  and import_id = $2
