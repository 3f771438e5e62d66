select row_no
from import_picks
where account_id = $1
  and import_id = $2
order by row_no
