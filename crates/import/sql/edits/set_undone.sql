update import_edits set undone_at = $4
where account_id = $1
  and import_id = $2
  and edit_no = $3
  and cell_count > 0
