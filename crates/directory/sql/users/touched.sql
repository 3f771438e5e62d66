select id, first_name, last_name
from users
where account_id = $1
  and id between $2 and $3
  and (version <> 1
    or identity_id is not null
    or exists (select 1 from documents d where d.account_id = users.account_id and d.assignee_id = users.id))
order by id
limit $4
