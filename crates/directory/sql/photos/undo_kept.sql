-- Who has another photo by now, or none, keeps what there is.
update photo_results
set undone = 'kept'
where account_id = $1
  and batch_id = $2
  and position between $3 and $4
  and outcome in ('stored', 'replaced')
  and undone is null
  and not exists (
    select 1
    from photos p
    where p.account_id = $1
      and p.user_id = photo_results.user_id
      and p.batch_id = $2
  )
