select device_id, name, is_guest
from invite_devices
where account_id = $1 and draft_id = $2
order by name, device_id
