select number, user_id
from cards
where account_id = $1
  and state in ('reserved', 'issued', 'active', 'paused')
