-- Undone until its cells are written.
insert into import_edits (account_id, import_id, edit_no, action, row_count, cell_count, made_by, made_by_name, made_at,
  undone_at)
values ($1, $2, $3, $4, 0, 0, $5, $6, $7, $7)
