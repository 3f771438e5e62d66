select
  c.account_id,
  c.id,
  c.user_id,
  c.number,
  c.card_type,
  c.state,
  c.starts_at,
  c.ends_at,
  c.created_at
from cards c
where c.account_id = $1
  and c.user_id in (select s.id from staged_ids s)
  and c.state in ('reserved', 'issued', 'active', 'paused')
order by c.user_id, c.id
