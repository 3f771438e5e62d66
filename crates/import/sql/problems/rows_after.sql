select distinct row_no
from import_problems
where account_id = $1
  and import_id = $2
  and code = $3
  and (cast($4 as text) is null or field = $4)
  and row_no > $5
order by row_no
limit $6
