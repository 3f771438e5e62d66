select row_no
from import_problems
where account_id = $1
  and import_id = $2
  and while_applying
order by row_no
