update webhook_deliveries
set state = 'waiting', due_at = $3, attempts = 0, first_tried_at = null
where account_id = $1
  and webhook_id = $2
  and state in ('held', 'waiting')
