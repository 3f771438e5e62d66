select session_limit
from users
where account_id = $1
  and id = $2
