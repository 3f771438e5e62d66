update photo_batches
set undo_state = 'running'
where account_id = $1
  and id = $2
  and state <> 'running'
  and undo_state is null
