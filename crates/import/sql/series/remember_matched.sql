insert into series_people (account_id, series_id, user_id, import_id)
select $1, $2, id, $3
from staged_ids
where true
on conflict do nothing
