select u.id, u.first_name, u.last_name, u.email, u.status
from workflow_steps t
join users u on u.account_id = t.account_id and u.status in ('invited', 'active')
where t.account_id = $1
  and t.id = $2
  and (u.id in (
      select p.user_id
      from workflow_participants p
      where p.account_id = $1
        and p.workflow_id = (select w.workflow_id from workflow_steps w where w.account_id = $1 and w.id = $2)
    )
    or u.id in (
      select m.user_id
      from workflow_groups g
      join group_members m on m.account_id = g.account_id and m.group_id = g.group_id
      where g.account_id = $1
        and g.workflow_id = (select w.workflow_id from workflow_steps w where w.account_id = $1 and w.id = $2)
    ))
  and (t.is_for_all
    or u.id in (
      select x.user_id
      from workflow_step_users x
      where x.account_id = $1
        and x.step_id = $2
    )
    or u.id in (
      select n.user_id
      from workflow_step_groups y
      join group_members n on n.account_id = y.account_id and n.group_id = y.group_id
      where y.account_id = $1
        and y.step_id = $2
    ))
order by u.name_key, u.id
limit $3
