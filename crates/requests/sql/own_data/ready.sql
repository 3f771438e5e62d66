update data_requests
set state = 'ready', token_hash = $3, size_bytes = $4, expires_at = $5
where account_id = $1
  and id = $2
  and state = 'queued'
