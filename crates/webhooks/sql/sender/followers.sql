-- What waits for an event that is due at another time now.
update webhook_deliveries
set due_at = $5
where account_id = $1
  and webhook_id = $2
  and order_key = $3
  and event_id <> $4
  and state = 'waiting'
  and due_at <> $5
