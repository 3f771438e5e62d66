-- Written as a cross join so that SQLite begins with the few staged ids, not with the account.
select u.id
from staged_ids s
cross join users u
where u.account_id = $1
  and u.id = s.id
  and u.status in ('invited', 'active')
order by u.id
