select count(*) as row_count
from notifications
where account_id = $1
  and read_at < $2
