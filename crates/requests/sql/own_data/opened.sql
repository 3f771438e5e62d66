update data_requests
set opened_at = $3
where account_id = $1
  and id = $2
  and opened_at is null
