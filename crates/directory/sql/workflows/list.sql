select id, name, name_key
from workflows
where account_id = $1
order by name_key
limit 10000
