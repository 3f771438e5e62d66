update photo_batches
set state = $3, error = $4, finished_at = $5
where account_id = $1
  and id = $2
