-- People taken out as a file by a job: the file is in the data folder for a day, and then it and its row are removed.
create table exports (
  account_id blob not null references accounts (id),
  id blob not null,
  made_by blob not null,
  selection text not null,
  is_workbook integer not null,
  state text not null check (state in ('queued', 'ready', 'failed')),
  sight text,
  rows integer,
  size_bytes integer,
  created_at integer not null,
  expires_at integer not null,
  primary key (account_id, id)
) strict, without rowid;
create index exports_made_by on exports (account_id, made_by);
