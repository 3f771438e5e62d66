select p.user_id, p.hash
from staged_ids s
join photos p on p.account_id = $1 and p.user_id = s.id
