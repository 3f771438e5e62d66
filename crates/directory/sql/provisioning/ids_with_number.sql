select u.id
from users u
where u.account_id = $1
  and u.external_id_key = $2
