select e.user_id, e.state
from early_access e
where e.account_id = $1
  and e.state in ('requested', 'approved')
order by e.user_id
