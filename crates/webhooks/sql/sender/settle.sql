update webhook_deliveries
set state = $5, worker = null, attempts = attempts + 1, due_at = $6, status = $7, duration_ms = $8, trouble = $9,
  settled_at = $10
where account_id = $1
  and webhook_id = $2
  and event_id = $3
  and worker = $4
  and state = 'taken'
