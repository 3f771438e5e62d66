update exports
set expires_at = $2, selection = ''
where account_id = $1
  and expires_at > $2
