select u.id
from users u
where u.account_id = $1
  and u.last_sign_in_at is not null
  and u.last_sign_in_at between $2 and $3
