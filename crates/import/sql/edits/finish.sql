update import_edits set row_count = $4, cell_count = $5, undone_at = null
where account_id = $1
  and import_id = $2
  and edit_no = $3
