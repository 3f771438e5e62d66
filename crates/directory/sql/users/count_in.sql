select count(*) as row_count
from users
where account_id = $1
  and id between $2 and $3
