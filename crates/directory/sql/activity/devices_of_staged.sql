select d.id
from staged_ids s
join devices d on d.account_id = $1 and d.id = s.id
