select u.id
from users u
where u.account_id = $1
  and u.person_kind <> 'employee'
  and u.person_kind = $2
