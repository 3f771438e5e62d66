select m.user_id
from group_members m
where m.account_id = $1
  and m.group_id = $2
