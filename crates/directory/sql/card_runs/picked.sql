-- Who was ticked for a bulk issue.
select p.user_id
from card_run_people p
where p.account_id = $1
  and p.run_id = $2
