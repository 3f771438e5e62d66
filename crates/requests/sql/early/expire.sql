update early_access
set state = 'expired', decided_at = $2, decided_by_name = null
where account_id = $1
  and state in ('requested', 'approved')
