select count(*) as others
from users u
where u.account_id = $1
  and u.id <> $2
  and (u.email_key = $3 or u.phone = $4)
