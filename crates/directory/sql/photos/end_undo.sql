update photo_batches
set undo_state = 'done'
where account_id = $1
  and id = $2
