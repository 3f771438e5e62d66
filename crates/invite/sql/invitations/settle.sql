update invitations
set state = $3, settled_at = $4, remind_at = null
where account_id = $1
  and id = $2
  and state = 'open'
