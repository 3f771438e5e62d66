update early_access
set version = $2
where account_id = $1
  and state = 'approved'
