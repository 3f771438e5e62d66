update exports
set state = 'failed'
where account_id = $1
  and id = $2
  and state = 'queued'
