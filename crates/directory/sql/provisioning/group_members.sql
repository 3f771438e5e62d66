select user_id
from group_members
where account_id = $1
  and group_id = $2
