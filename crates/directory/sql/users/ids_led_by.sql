select m.user_id
from group_members l
join groups g on g.account_id = l.account_id and g.id = l.group_id and g.kind = 'team'
join group_members m on m.account_id = l.account_id and m.group_id = l.group_id
where l.account_id = $1
  and l.user_id = $2
  and l.is_admin
