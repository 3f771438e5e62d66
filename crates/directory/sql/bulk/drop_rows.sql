delete from bulk_rows
where account_id = $1
  and bulk_id = $2
