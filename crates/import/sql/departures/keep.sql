insert into import_departures_kept (account_id, import_id, user_id)
select $1, $2, id
from staged_ids
where true
on conflict do nothing
