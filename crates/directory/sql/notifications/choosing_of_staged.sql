select c.user_id
from notification_choices c
where c.account_id = $1
  and c.topic = $2
  and c.by_email = $3
  and c.user_id in (select s.id from staged_ids s)
order by c.user_id
