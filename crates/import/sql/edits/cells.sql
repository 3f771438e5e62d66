select row_no, column_no, before, value
from import_edit_cells
where account_id = $1
  and import_id = $2
  and edit_no = $3
  and row_no > $4
order by row_no, column_no
limit $5
