select count(*) as row_count
from (select 1 as one from users where account_id = $1 and status <> 'deleted' limit $2) counted
