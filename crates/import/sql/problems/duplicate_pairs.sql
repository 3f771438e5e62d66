select other_row, row_no, min(value) as shared
from import_problems
where account_id = $1
  and import_id = $2
  and code = $3
  and coalesce(field, '') = $4
  and other_row > $5
group by other_row, row_no
order by other_row, row_no
limit $6
