delete from import_edit_cells
where account_id = $1
  and import_id = $2
