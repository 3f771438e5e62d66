-- What people change of an import's rows before it runs. The file itself stays as it was uploaded.

-- One line per action of a person; `undone_at` takes it back without forgetting it.
create table import_edits (
  account_id blob not null,
  import_id blob not null,
  edit_no integer not null,
  action text not null,
  row_count integer not null,
  cell_count integer not null,
  made_by blob,
  made_by_name text not null,
  made_at integer not null,
  undone_at integer,
  primary key (account_id, import_id, edit_no)
) strict, without rowid;

-- The cells of an action. Column -1 says what becomes of the row as a whole. Of several actions on a cell the
-- latest that is not undone counts.
create table import_edit_cells (
  account_id blob not null,
  import_id blob not null,
  row_no integer not null,
  column_no integer not null,
  edit_no integer not null,
  before text not null,
  value text not null,
  primary key (account_id, import_id, row_no, column_no, edit_no)
) strict, without rowid;
create index import_edit_cells_edit on import_edit_cells (account_id, import_id, edit_no, row_no);

-- The earlier row that has the same key.
alter table import_problems add column other_row integer;
