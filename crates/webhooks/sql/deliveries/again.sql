update webhook_deliveries
set state = 'waiting', due_at = $4,
  order_key = case when settled_at is null then order_key else event_id end,
  attempts = case when settled_at is null then attempts else 0 end,
  first_tried_at = case when settled_at is null then first_tried_at else null end,
  settled_at = null
where account_id = $1
  and webhook_id = $2
  and event_id = $3
  and state in ('waiting', 'delivered', 'given_up')
