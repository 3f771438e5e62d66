-- One open invitation stays, and none if the person signs in already.
update invitations
set state = 'withdrawn', settled_at = $4, remind_at = null
where account_id = $1
  and state = 'open'
  and (
    (user_id = $3 and exists (select 1 from invitations k where k.account_id = $1 and k.user_id = $2 and k.state = 'open'))
    or (user_id in ($2, $3)
      and exists (select 1 from users u where u.account_id = $1 and u.id = $2 and u.identity_id is not null))
  )
