select u.id, u.last_sign_in_at
from staged_ids s
cross join users u
where u.account_id = $1
  and u.id = s.id
  and u.last_sign_in_at is not null
