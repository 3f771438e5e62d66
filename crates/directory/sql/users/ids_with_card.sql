select c.user_id
from cards c
where c.account_id = $1
  and c.state <> 'reserved'
  and c.state = $2
