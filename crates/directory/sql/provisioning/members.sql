select m.group_id, m.user_id, u.first_name, u.last_name
from staged_ids s
cross join group_members m
cross join users u
where m.account_id = $1
  and m.group_id = s.id
  and u.account_id = m.account_id
  and u.id = m.user_id
order by m.group_id, m.user_id
limit $2
