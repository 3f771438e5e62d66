select u.id, u.first_name, u.last_name, u.email, u.status
from workflow_step_users x
join users u on u.account_id = x.account_id and u.id = x.user_id
where x.account_id = $1
  and x.step_id = $2
order by u.name_key, u.id
limit $3
