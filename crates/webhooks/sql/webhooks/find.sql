-- What waits is counted only where it is shown.
select w.id, w.name, w.url, w.areas, w.state, w.reason, w.old_secret_until, w.revision, w.failing_since,
  w.delivered_at, w.created_at,
  case
    when $3 then (
      select count(*)
      from webhook_deliveries d
      where d.account_id = w.account_id
        and d.webhook_id = w.id
        and d.state in ('waiting', 'held', 'taken')
    )
    else 0
  end as waiting_count
from webhooks w
where w.account_id = $1
  and w.id = $2
