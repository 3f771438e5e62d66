select c.id, c.user_id, c.state
from cards c
where c.account_id = $1
  and c.user_id in (select s.id from staged_ids s)
  and c.state in ('reserved', 'issued', 'active', 'paused')
order by c.id
