update bulk_actions
set after_user = $3, chosen = chosen + $4, fitting = fitting + $5, state = $6, updated_at = $7
where account_id = $1
  and id = $2
