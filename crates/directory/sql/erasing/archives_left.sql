select request_id
from erased_archives
where account_id = $1
order by request_id
limit $2
