select count(*) as message_count
from messages
where account_id = $1
  and settled_at < $2
  and forgotten_at is null
