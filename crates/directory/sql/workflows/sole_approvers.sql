-- Approve steps that a staged person may do, and that nobody else who could sign in may.
with touched as (
  select p.workflow_id
  from workflow_participants p
  where p.account_id = $1
    and p.user_id in (select s.id from staged_ids s)
  union
  select g.workflow_id
  from group_members m
  join workflow_groups g on g.account_id = m.account_id and g.group_id = m.group_id
  where m.account_id = $1
    and m.user_id in (select s.id from staged_ids s)
), part as (
  select p.workflow_id, p.user_id
  from workflow_participants p
  where p.account_id = $1
    and p.workflow_id in (select t.workflow_id from touched t)
  union
  select g.workflow_id, m.user_id
  from workflow_groups g
  join group_members m on m.account_id = g.account_id and m.group_id = g.group_id
  where g.account_id = $1
    and g.workflow_id in (select t.workflow_id from touched t)
), able as (
  select t.id as step_id, t.workflow_id, t.name, t.position, u.id as user_id
  from workflow_steps t
  join part on part.workflow_id = t.workflow_id
  join users u on u.account_id = t.account_id and u.id = part.user_id and u.status in ('invited', 'active')
  where t.account_id = $1
    and t.kind = 'approve'
    and (t.is_for_all
      or exists (
        select 1
        from workflow_step_users x
        where x.account_id = $1
          and x.user_id = u.id
          and x.step_id = t.id
      )
      or exists (
        select 1
        from workflow_step_groups y
        join group_members n on n.account_id = y.account_id and n.group_id = y.group_id
        where y.account_id = $1
          and y.step_id = t.id
          and n.user_id = u.id
      ))
)
select a.user_id, w.id as workflow_id, w.name as workflow, a.step_id, a.name as step
from able a
join workflows w on w.account_id = $1 and w.id = a.workflow_id
where a.user_id in (select s.id from staged_ids s)
  and not exists (
    select 1
    from able b
    where b.step_id = a.step_id
      and b.user_id not in (select s.id from staged_ids s)
  )
order by a.user_id, w.name_key, a.position
