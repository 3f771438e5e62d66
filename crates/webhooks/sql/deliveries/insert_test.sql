insert into webhook_deliveries (account_id, webhook_id, event_id, order_key, is_test, at, state, attempts, due_at)
values ($1, $2, $3, $3, true, $4, 'waiting', 0, $4)
