update imports set chunks_done = $3, rows_done = $4, updated_at = $5
where account_id = $1
  and id = $2
