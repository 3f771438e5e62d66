-- What still waits of the invitations that are about to be withdrawn is not sent.
update messages
set state = 'withdrawn', link = null, settled_at = $4
where account_id = $1
  and state = 'queued'
  and id in (
    select i.message_id
    from invitations i
    where i.account_id = $1
      and i.state = 'open'
      and (
        (i.user_id = $3 and exists (
          select 1 from invitations k where k.account_id = $1 and k.user_id = $2 and k.state = 'open'
        ))
        or (i.user_id in ($2, $3)
          and exists (select 1 from users u where u.account_id = $1 and u.id = $2 and u.identity_id is not null))
      )
  )
