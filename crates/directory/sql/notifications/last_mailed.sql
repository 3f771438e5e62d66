select user_id, max(mailed_at) as mailed_at
from notifications
where account_id = $1
  and mailed_at > $2
group by user_id
order by user_id
