select c.user_id
from cards c
where c.account_id = $1
  and c.state in ('reserved', 'issued', 'active', 'paused')
