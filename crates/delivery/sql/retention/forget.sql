update messages
set recipient = '', parameters = '{"account":""}', link = null, reply = null, forgotten_at = $3
where account_id = $1
  and id in (
    select old.id
    from messages old
    where old.account_id = $1
      and old.settled_at < $2
      and old.forgotten_at is null
    limit $4
  )
