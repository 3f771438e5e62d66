-- What people change of an import's rows before it runs. The file itself stays as it was uploaded.

-- One line per action of a person; `undone_at` takes it back without forgetting it.
create table import_edits (
  account_id uuid not null,
  import_id uuid not null,
  edit_no bigint not null,
  action text not null,
  row_count bigint not null,
  cell_count bigint not null,
  made_by uuid,
  made_by_name text not null,
  made_at bigint not null,
  undone_at bigint,
  primary key (account_id, import_id, edit_no)
);

-- The cells of an action. Column -1 says what becomes of the row as a whole. Of several actions on a cell the
-- latest that is not undone counts.
create table import_edit_cells (
  account_id uuid not null,
  import_id uuid not null,
  row_no bigint not null,
  column_no bigint not null,
  edit_no bigint not null,
  before text not null,
  value text not null,
  primary key (account_id, import_id, row_no, column_no, edit_no)
);
create index import_edit_cells_edit on import_edit_cells (account_id, import_id, edit_no, row_no);

-- The earlier row that has the same key.
alter table import_problems add column other_row bigint;
