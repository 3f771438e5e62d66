select id, owner_id as owner, name, is_shared, query
from user_views
where account_id = $1
  and (owner_id = $2 or is_shared)
order by name_key, id
limit 100
