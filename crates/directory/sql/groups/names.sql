select id, kind, name, name_key, cast(0 as bigint) as members
from groups
where account_id = $1
order by kind, name_key
limit 100000
