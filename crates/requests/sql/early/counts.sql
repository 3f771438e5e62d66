select e.state, count(*) as n
from early_access e
join users u on u.account_id = e.account_id and u.id = e.user_id
where e.account_id = $1
  and u.status <> 'deleted'
group by e.state
order by e.state
