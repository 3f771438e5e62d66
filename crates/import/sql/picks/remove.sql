delete from import_picks
where account_id = $1
  and import_id = $2
  and row_no = $3
