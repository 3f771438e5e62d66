insert into series_people (account_id, series_id, user_id, import_id)
select u.account_id, $2, u.id, $3
from users u
where u.account_id = $1
  and u.import_id = $3
  and u.id between $4 and $5
on conflict do nothing
