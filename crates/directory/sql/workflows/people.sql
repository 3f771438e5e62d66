select u.id, u.first_name, u.last_name, u.email, u.status, u.name_key,
  exists (
    select 1
    from workflow_participants p
    where p.account_id = u.account_id
      and p.user_id = u.id
      and p.workflow_id = $2
  ) as is_direct,
  (
    select string_agg(g.name, ', ')
    from group_members m
    join workflow_groups x on x.account_id = m.account_id and x.group_id = m.group_id
    join groups g on g.account_id = x.account_id and g.id = x.group_id
    where m.account_id = u.account_id
      and m.user_id = u.id
      and x.workflow_id = $2
  ) as via
from users u
where u.account_id = $1
  and u.status <> 'deleted'
  and u.id in (
    select p.user_id
    from workflow_participants p
    where p.account_id = $1
      and p.workflow_id = $2
    union
    select m.user_id
    from workflow_groups x
    join group_members m on m.account_id = x.account_id and m.group_id = x.group_id
    where x.account_id = $1
      and x.workflow_id = $2
  )
