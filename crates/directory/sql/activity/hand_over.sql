-- For every webhook that is on and wants to hear of the area, by the entry's id; what it says is read when it is sent.
insert into webhook_deliveries (account_id, webhook_id, event_id, order_key, is_test, at, state, attempts, due_at)
select w.account_id, w.id, a.id, coalesce(a.subject_id, a.id), false, a.at, 'waiting', 0, a.at
from webhooks w
join activity a on a.account_id = w.account_id
where w.account_id = $1
  and a.id = $2
  and w.state = 'on'
  and (w.areas is null or w.areas like '% ' || a.area || ' %')
