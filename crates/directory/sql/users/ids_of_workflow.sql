select p.user_id
from workflow_participants p
where p.account_id = $1
  and p.workflow_id = $2
