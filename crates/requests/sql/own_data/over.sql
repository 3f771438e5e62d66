update data_requests
set state = 'gone', token_hash = null
where account_id = $1
  and id = $2
