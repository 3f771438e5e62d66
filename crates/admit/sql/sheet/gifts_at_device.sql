select count(*) as people
from invite_gifts
where account_id = $1 and draft_id = $2 and device_id = $3
