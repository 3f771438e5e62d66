select coalesce(max(number), 0) + 1
from imports
where account_id = $1
