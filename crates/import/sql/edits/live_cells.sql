select c.row_no, c.column_no, c.value
from import_edit_cells c
join import_edits e on e.account_id = c.account_id and e.import_id = c.import_id and e.edit_no = c.edit_no
where c.account_id = $1
  and c.import_id = $2
  and c.row_no between $3 and $4
  and e.undone_at is null
order by c.row_no, c.column_no, c.edit_no
