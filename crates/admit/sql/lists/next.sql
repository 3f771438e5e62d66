select coalesce(max(number), 0) + 1 as number
from invite_lists
where account_id = $1 and draft_id = $2
