select g.id, g.kind, g.name, g.created_at, p.external_id,
  (select count(*) from group_members m where m.account_id = g.account_id and m.group_id = g.id) as members,
  (select max(m.created_at) from group_members m where m.account_id = g.account_id and m.group_id = g.id) as newest
from groups g
left join provisioned_groups p on p.account_id = g.account_id and p.group_id = g.id
where g.account_id = $1
