-- Only from where the part began: of two parts at once one counts.
update uploads
set received_bytes = $4
where account_id = $1
  and id = $2
  and received_bytes = $3
