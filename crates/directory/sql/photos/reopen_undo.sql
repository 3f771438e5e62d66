update photo_batches
set undo_state = null
where account_id = $1
  and id = $2
  and undo_state = 'running'
