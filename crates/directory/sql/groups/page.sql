select g.id, g.kind, g.name, g.name_key,
  (select count(*) from group_members m where m.account_id = g.account_id and m.group_id = g.id) as members
from groups g
where g.account_id = $1
  and g.kind = $2
