select id
from uploads
where account_id = $1
  and created_at <= $2
order by created_at, id
limit $3
