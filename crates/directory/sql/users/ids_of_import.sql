select u.id
from users u
where u.account_id = $1
  and u.import_id = $2
