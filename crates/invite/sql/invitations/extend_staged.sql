-- More time, never less.
update invitations
set expires_at = case when expires_at > $2 then expires_at else $2 end
where account_id = $1
  and state = 'open'
  and user_id in (select s.id from staged_ids s)
