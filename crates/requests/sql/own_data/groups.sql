select g.kind, g.name, m.is_admin, m.created_at
from group_members m
join groups g on g.account_id = m.account_id and g.id = m.group_id
where m.account_id = $1
  and m.user_id = $2
order by g.kind, g.name_key, g.id
