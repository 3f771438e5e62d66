select id, first_name, last_name
from users
where account_id = $1
  and id between $2 and $3
  and (version <> 1 or identity_id is not null)
order by id
limit $4
