select id, at, actor_name, action, subject_id, details
from activity
where account_id = $1
  and actor_id = $2
order by id desc
limit $3
