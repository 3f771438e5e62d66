update photo_batches
set
  files = $3,
  files_done = $4,
  stored = stored + $5,
  replaced = replaced + $6,
  kept = kept + $7,
  refused = refused + $8
where account_id = $1
  and id = $2
