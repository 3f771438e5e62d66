-- With the state they were paused from.
select
  c.account_id,
  c.id,
  c.user_id,
  c.number,
  c.card_type,
  c.state,
  c.starts_at,
  c.ends_at,
  c.created_at,
  (select e.state_before
   from card_events e
   where e.account_id = c.account_id and e.card_id = c.id and e.what = 'pause'
   order by e.id desc
   limit 1) as paused_from
from cards c
where c.account_id = $1
  and c.id in (select s.id from staged_ids s)
order by c.id
