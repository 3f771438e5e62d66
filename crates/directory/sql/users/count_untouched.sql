select count(*) as row_count
from users
where account_id = $1
  and import_id = $2
  and id between $3 and $4
  and version = 1
  and identity_id is null
  and not exists (select 1 from documents d where d.account_id = users.account_id and d.assignee_id = users.id)
