select count(*) as row_count
from notifications
where account_id = $1
  and user_id = $2
  and read_at is null
