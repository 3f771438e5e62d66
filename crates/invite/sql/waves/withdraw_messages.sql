-- What still waits of a wave is not sent.
update messages
set state = 'withdrawn', link = null, settled_at = $3
where account_id = $1
  and state = 'queued'
  and id in (
    select i.message_id
    from invitations i
    where i.account_id = $1
      and i.wave_id = $2
      and i.state = 'open'
  )
