select count(*) as row_count
from deleted_users
where account_id = $1
  and deleted_at < $2
