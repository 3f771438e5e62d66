select edit_no, action, row_count, cell_count, made_by_name, made_at, undone_at
from import_edits
where account_id = $1
  and import_id = $2
  and cell_count > 0
order by edit_no desc
limit $3
