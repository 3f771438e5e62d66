select user_id, name, step, seen_at
from import_visitors
where account_id = $1
  and import_id = $2
  and seen_at > $3
order by name, user_id
limit 20
