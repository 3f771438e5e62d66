delete from photo_former
where account_id = $1
  and batch_id in (
    select b.id
    from photo_batches b
    where b.account_id = $1
      and b.created_at < $2
      and b.undo_state is null
    order by b.id
    limit $3
  )
