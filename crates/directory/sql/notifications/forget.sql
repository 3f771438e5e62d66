delete from notifications
where account_id = $1
  and id in (
    select old.id
    from notifications old
    where old.account_id = $1
      and old.read_at < $2
    limit $3
  )
