select row_no, column_no, value, edit_no
from import_edit_cells
where account_id = $1
  and import_id = $2
  and row_no between $3 and $4
order by row_no, column_no, edit_no
