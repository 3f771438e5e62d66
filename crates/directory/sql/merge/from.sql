select id, first_name, last_name
from users
where account_id = $1
  and merged_into = $2
order by id
limit 20
