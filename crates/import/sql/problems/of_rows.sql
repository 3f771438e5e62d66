select row_no, position, line, code, severity, field, column_no, value, detail, suggestion, other_row
from import_problems
where account_id = $1
  and import_id = $2
  and row_no between $3 and $4
order by row_no, position
