select u.id
from staged_ids s
cross join users u
where u.account_id = $1
  and u.id = s.id
