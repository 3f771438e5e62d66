-- Whether somebody's mail waits for this moment already.
select user_id
from notifications
where account_id = $1
  and mail_due_at = $2
limit 1
