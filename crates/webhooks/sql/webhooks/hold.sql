update webhook_deliveries
set state = 'held'
where account_id = $1
  and webhook_id = $2
  and state = 'waiting'
