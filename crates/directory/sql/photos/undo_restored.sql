update photo_results
set undone = 'restored'
where account_id = $1
  and batch_id = $2
  and position between $3 and $4
  and outcome in ('stored', 'replaced')
  and undone is null
  and exists (
    select 1
    from photo_former f
    where f.account_id = $1
      and f.batch_id = $2
      and f.user_id = photo_results.user_id
  )
