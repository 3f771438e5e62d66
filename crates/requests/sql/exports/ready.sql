update exports
set state = 'ready', sight = $3, rows = $4, size_bytes = $5
where account_id = $1
  and id = $2
  and state = 'queued'
