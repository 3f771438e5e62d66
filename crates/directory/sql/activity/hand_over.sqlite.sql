-- For every webhook that is on and wants to hear of the area, by the entry's id; what it says is read when it is sent.
-- What comes after something of the same subject that waits for a later time is not due before that.
insert into webhook_deliveries (account_id, webhook_id, event_id, order_key, is_test, at, state, attempts, due_at)
select w.account_id, w.id, a.id, coalesce(a.subject_id, a.id), false, a.at, 'waiting', 0,
  coalesce(
    (
      select max(d.due_at)
      from webhook_deliveries d
      where d.account_id = w.account_id
        and d.webhook_id = w.id
        and d.order_key = coalesce(a.subject_id, a.id)
        and d.state = 'waiting'
        and d.due_at > a.at
    ),
    a.at
  )
from webhooks w
join activity a on a.account_id = w.account_id
where w.account_id = $1
  and a.id = $2
  and w.state = 'on'
  and (w.areas is null or w.areas like '% ' || a.area || ' %')
