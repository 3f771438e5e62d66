insert into staged_ids (id)
select u.id
from users u
where u.account_id = $1
  and u.import_id = $2
  and u.id between $3 and $4
  and u.version = 1
  and u.identity_id is null
order by u.id
limit $5
