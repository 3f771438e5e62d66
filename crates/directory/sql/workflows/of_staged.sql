-- Written as cross joins so that SQLite begins with the few staged ids, not with the account.
select p.user_id, w.id, w.name, cast(null as text) as via
from staged_ids s
cross join workflow_participants p
cross join workflows w
where p.account_id = $1
  and p.user_id = s.id
  and w.account_id = p.account_id
  and w.id = p.workflow_id
union all
select m.user_id, w.id, w.name, g.name as via
from staged_ids s
cross join group_members m
cross join workflow_groups x
cross join groups g
cross join workflows w
where m.account_id = $1
  and m.user_id = s.id
  and x.account_id = m.account_id
  and x.group_id = m.group_id
  and g.account_id = x.account_id
  and g.id = x.group_id
  and w.account_id = x.account_id
  and w.id = x.workflow_id
order by 1, 3, 4
