select count(*) as number
from exports e
where e.account_id = $1
  and e.made_by = $2
