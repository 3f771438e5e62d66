-- Each way in which somebody takes part: without a group directly, otherwise through it.
select w.id, w.name, w.name_key, cast(null as text) as via
from workflow_participants p
join workflows w on w.account_id = p.account_id and w.id = p.workflow_id
where p.account_id = $1
  and p.user_id = $2
union all
select w.id, w.name, w.name_key, g.name as via
from group_members m
join workflow_groups x on x.account_id = m.account_id and x.group_id = m.group_id
join groups g on g.account_id = x.account_id and g.id = x.group_id
join workflows w on w.account_id = x.account_id and w.id = x.workflow_id
where m.account_id = $1
  and m.user_id = $2
order by 3, 4
