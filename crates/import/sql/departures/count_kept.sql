select count(*) as kept
from import_departures_kept
where account_id = $1
  and import_id = $2
