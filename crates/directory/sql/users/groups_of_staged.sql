-- Written as a cross join so that SQLite begins with the few staged ids, not with the account.
select m.user_id, g.id, g.kind, g.name
from staged_ids s
cross join group_members m
cross join groups g
where m.account_id = $1
  and m.user_id = s.id
  and g.account_id = m.account_id
  and g.id = m.group_id
order by m.user_id, g.name_key
