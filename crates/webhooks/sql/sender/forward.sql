-- The receiver is back: nothing has to wait for its time any more.
update webhook_deliveries
set due_at = $3
where account_id = $1
  and webhook_id = $2
  and state = 'waiting'
  and due_at > $3
