-- Who has a card that waits to be issued.
select r.user_id
from cards r
where r.account_id = $1
  and r.state = 'reserved'
