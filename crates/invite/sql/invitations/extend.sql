-- More time, never less.
update invitations
set expires_at = case when expires_at > $3 then expires_at else $3 end
where account_id = $1
  and id = $2
  and state = 'open'
