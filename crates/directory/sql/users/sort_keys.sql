select name_key, last_name_key
from users
where account_id = $1
  and id = $2
