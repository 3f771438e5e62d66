select m.group_id, m.user_id
from staged_ids s
cross join group_members m
where m.account_id = $1
  and m.group_id = s.id
order by m.group_id, m.user_id
limit $2
