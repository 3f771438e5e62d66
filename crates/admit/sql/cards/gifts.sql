select number, device_id
from invite_gifts
where account_id = $1 and draft_id = $2
order by number, device_id
