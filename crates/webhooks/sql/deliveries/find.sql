select d.event_id, d.at, d.state, d.attempts, d.tried_at, d.due_at, d.status, d.duration_ms, d.trouble, a.action
from webhook_deliveries d
left join activity a on a.account_id = d.account_id and a.id = d.event_id
where d.account_id = $1
  and d.webhook_id = $2
  and d.event_id = $3
