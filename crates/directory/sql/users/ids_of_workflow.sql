select p.user_id
from (
  select d.account_id, d.workflow_id, d.user_id
  from workflow_participants d
  union all
  select x.account_id, x.workflow_id, m.user_id
  from workflow_groups x
  join group_members m on m.account_id = x.account_id and m.group_id = x.group_id
) p
where p.account_id = $1
  and p.workflow_id = $2
