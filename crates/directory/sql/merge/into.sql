select k.id, k.first_name, k.last_name
from users o
join users k on k.account_id = o.account_id and k.id = o.merged_into
where o.account_id = $1
  and o.id = $2
