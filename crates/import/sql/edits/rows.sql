select distinct row_no
from import_edit_cells
where account_id = $1
  and import_id = $2
  and edit_no = $3
order by row_no
limit $4
