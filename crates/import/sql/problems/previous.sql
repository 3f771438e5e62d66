select row_no
from import_problems
where account_id = $1
  and import_id = $2
  and row_no < $3
  and severity = 'must_fix'
order by row_no desc
limit 1
