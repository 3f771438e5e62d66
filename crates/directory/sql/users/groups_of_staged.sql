select m.user_id, g.id, g.kind, g.name
from staged_ids s
join group_members m on m.account_id = $1 and m.user_id = s.id
join groups g on g.account_id = m.account_id and g.id = m.group_id
order by m.user_id, g.name_key
