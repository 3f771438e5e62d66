update photo_results
set undone = 'removed'
where account_id = $1
  and batch_id = $2
  and position between $3 and $4
  and outcome in ('stored', 'replaced')
  and undone is null
