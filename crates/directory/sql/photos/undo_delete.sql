delete from photos
where account_id = $1
  and batch_id = $2
  and user_id in (
    select r.user_id
    from photo_results r
    where r.account_id = $1
      and r.batch_id = $2
      and r.position between $3 and $4
      and r.undone in ('restored', 'removed')
  )
