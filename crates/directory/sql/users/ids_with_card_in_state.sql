-- As ids_with_card, for reserved cards, too, which its index leaves out.
select c.user_id
from cards c
where c.account_id = $1
  and c.state = $2
