select m.user_id
from group_members m
join users u on u.account_id = m.account_id and u.id = m.user_id
where m.account_id = $1
  and m.group_id = $2
