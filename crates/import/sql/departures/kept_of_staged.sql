select k.user_id
from staged_ids s
cross join import_departures_kept k
where k.account_id = $1
  and k.import_id = $2
  and k.user_id = s.id
