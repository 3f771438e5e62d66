-- When each of the staged people was mailed last, of those who were since a moment.
select user_id, max(mailed_at) as mailed_at
from notifications
where account_id = $1
  and mailed_at > $2
  and user_id in (select s.id from staged_ids s)
group by user_id
order by user_id
