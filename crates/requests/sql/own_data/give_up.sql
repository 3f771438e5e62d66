update data_requests
set state = 'gone'
where account_id = $1
  and user_id = $2
  and state = 'queued'
