select u.id, u.first_name, u.last_name
from staged_ids s
join users u on u.account_id = $1 and u.id = s.id
