update early_access
set state = 'ended', decided_at = $3, decided_by_name = $4
where account_id = $1
  and user_id = $2
  and state in ('requested', 'approved')
