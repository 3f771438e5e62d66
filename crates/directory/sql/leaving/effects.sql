select
  (
    select count(*)
    from sessions x
    where x.account_id = u.account_id
      and x.user_id = u.id
      and x.identity_id = u.identity_id
      and x.end_reason is null
  ) as sessions,
  (
    select count(*)
    from cards c
    where c.account_id = u.account_id
      and c.user_id = u.id
      and c.state in ('reserved', 'issued', 'active', 'paused')
  ) as cards,
  (select count(*) from grants g where g.account_id = u.account_id and g.user_id = u.id) as grants,
  (select count(*) from group_members m where m.account_id = u.account_id and m.user_id = u.id) as groups,
  (select count(*) from module_seats p where p.account_id = u.account_id and p.user_id = u.id) as seats,
  (
    select count(*)
    from group_members l
    where l.account_id = u.account_id
      and l.user_id = u.id
      and l.is_admin
  ) as teams_led,
  (
    select count(distinct m.user_id)
    from group_members l
    join group_members m on m.account_id = l.account_id and m.group_id = l.group_id and m.user_id <> l.user_id
    where l.account_id = u.account_id
      and l.user_id = u.id
      and l.is_admin
  ) as people_led,
  (
    select count(*)
    from invitations i
    where i.account_id = u.account_id
      and i.user_id = u.id
      and i.state = 'open'
  ) as invitations,
  (select count(*) from documents d where d.account_id = u.account_id and d.assignee_id = u.id) as documents
from users u
where u.account_id = $1
  and u.id = $2
