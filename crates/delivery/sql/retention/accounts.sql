select id, keep_messages_days
from accounts
order by id
