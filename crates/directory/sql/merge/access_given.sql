update grants
set invited_by = $2
where account_id = $1
  and invited_by = $3
