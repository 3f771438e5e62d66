select user_id
from notifications
where account_id = $1
  and user_id = $2
  and mail_due_at > $3
limit 1
