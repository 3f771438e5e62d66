select m.user_id
from staged_ids s
cross join group_members m
where m.account_id = $1
  and m.group_id = $2
  and m.user_id = s.id
