select count(*) as number
from uploads
where account_id = $1
