update early_access
set state = $2, decided_at = $3, decided_by_name = $4
where account_id = $1
  and user_id in (select s.id from staged_ids s)
  and state = $5
returning user_id
