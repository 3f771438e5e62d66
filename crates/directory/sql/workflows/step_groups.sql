select g.id, g.kind, g.name, g.name_key,
  (select count(*) from group_members m where m.account_id = g.account_id and m.group_id = g.id) as members
from workflow_step_groups x
join groups g on g.account_id = x.account_id and g.id = x.group_id
where x.account_id = $1
  and x.step_id = $2
order by g.name_key, g.id
