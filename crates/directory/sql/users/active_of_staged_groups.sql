select u.id, u.version, u.role, u.status, u.first_name, u.last_name, u.import_id
from users u
where u.account_id = $1
  and u.status in ('invited', 'active')
  and u.id in (
    select m.user_id
    from staged_ids s
    cross join group_members m
    where m.account_id = $1
      and m.group_id = s.id
  )
order by u.id
