-- What still waits of the invitations of the staged people is not sent.
update messages
set state = 'withdrawn', link = null, settled_at = $2
where account_id = $1
  and state = 'queued'
  and id in (
    select i.message_id
    from invitations i
    join staged_ids s on s.id = i.user_id
    where i.account_id = $1
      and i.state = 'open'
  )
