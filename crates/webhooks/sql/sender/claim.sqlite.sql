-- What is due of one webhook, and of each subject only the first that is not settled.
update webhook_deliveries
set state = 'taken', worker = $1, tried_at = $4, first_tried_at = coalesce(first_tried_at, $4)
where (account_id, webhook_id, event_id) in (
  select d.account_id, d.webhook_id, d.event_id
  from webhook_deliveries d
  where d.account_id = $2
    and d.webhook_id = $3
    and d.state = 'waiting'
    and d.due_at <= $4
    and not exists (
      select 1
      from webhook_deliveries e
      where e.account_id = d.account_id
        and e.webhook_id = d.webhook_id
        and e.order_key = d.order_key
        and e.state in ('waiting', 'held', 'taken')
        and (e.at, e.event_id) < (d.at, d.event_id)
    )
  order by d.due_at, d.at, d.event_id
  limit $5
)
returning account_id, webhook_id, event_id, order_key, is_test, at, attempts, first_tried_at
