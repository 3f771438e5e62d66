select distinct c.user_id
from cards c
where c.account_id = $1
  and c.id in (select s.id from staged_ids s)
