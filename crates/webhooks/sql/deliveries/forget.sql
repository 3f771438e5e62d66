delete from webhook_deliveries
where account_id = $1
  and (webhook_id, event_id) in (
    select old.webhook_id, old.event_id
    from webhook_deliveries old
    where old.account_id = $1
      and old.settled_at < $2
    limit $3
  )
