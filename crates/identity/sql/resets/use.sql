update password_resets
set state = 'used'
where token_hash = $1
  and state = 'open'
  and expires_at > $2
