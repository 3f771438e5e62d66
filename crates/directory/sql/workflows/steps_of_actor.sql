-- The steps somebody may do: they take part in the workflow, and the step is for all or for them.
select t.id
from workflow_steps t
where t.account_id = $1
  and (t.workflow_id in (
      select p.workflow_id
      from workflow_participants p
      where p.account_id = $1
        and p.user_id = $2
    )
    or t.workflow_id in (
      select g.workflow_id
      from group_members m
      join workflow_groups g on g.account_id = m.account_id and g.group_id = m.group_id
      where m.account_id = $1
        and m.user_id = $2
    ))
  and (t.is_for_all
    or t.id in (
      select x.step_id
      from workflow_step_users x
      where x.account_id = $1
        and x.user_id = $2
    )
    or t.id in (
      select y.step_id
      from group_members n
      join workflow_step_groups y on y.account_id = n.account_id and y.group_id = n.group_id
      where n.account_id = $1
        and n.user_id = $2
    ))
