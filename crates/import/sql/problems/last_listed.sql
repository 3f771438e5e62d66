select max(row_no) as last_row
from import_problems
where account_id = $1
  and import_id = $2
  and code = $3
  and coalesce(field, '') = $4
