update invitations
set state = 'withdrawn', settled_at = $2, remind_at = null
where account_id = $1
  and state = 'open'
  and user_id in (select s.id from staged_ids s)
