update password_resets
set state = 'replaced'
where identity_id = $1
  and state = 'open'
