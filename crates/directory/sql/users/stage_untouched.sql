insert into staged_ids (id)
select u.id
from users u
where u.account_id = $1
  and u.import_id = $2
  and u.id between $3 and $4
  and u.version = 1
  and u.identity_id is null
  and not exists (select 1 from documents d where d.account_id = u.account_id and d.assignee_id = u.id)
order by u.id
limit $5
