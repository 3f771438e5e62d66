select coalesce(max(number), 0) + 1 as next_number
from imports
where account_id = $1
