-- For all accounts.
select w.account_id, w.id, w.failures,
  (
    select count(*)
    from webhook_deliveries t
    where t.account_id = w.account_id
      and t.webhook_id = w.id
      and t.state = 'taken'
  ) as taken_count
from webhooks w
where w.state = 'on'
  and (w.rests_until is null or w.rests_until <= $1)
  and exists (
    select 1
    from webhook_deliveries d
    where d.account_id = w.account_id
      and d.webhook_id = w.id
      and d.state = 'waiting'
      and d.due_at <= $1
  )
order by w.account_id, w.id
