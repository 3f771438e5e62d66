select id, name, name_key, guest_minutes, guest_limit
from devices
where account_id = $1
order by name_key
limit 10000
