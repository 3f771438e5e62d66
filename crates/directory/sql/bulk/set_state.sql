update bulk_actions
set state = $4, updated_at = $5
where account_id = $1
  and id = $2
  and state = $3
