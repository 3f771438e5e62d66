select id, name, name_key, guest_minutes, guest_limit
from devices
where account_id = $1
  and id = $2
