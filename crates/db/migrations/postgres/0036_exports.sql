-- People taken out as a file by a job: the file is in the data folder for a day, and then it and its row are removed.
create table exports (
  account_id uuid not null references accounts (id),
  id uuid not null,
  made_by uuid not null,
  selection text not null,
  is_workbook boolean not null,
  state text not null check (state in ('queued', 'ready', 'failed')),
  sight text,
  rows bigint,
  size_bytes bigint,
  created_at bigint not null,
  expires_at bigint not null,
  primary key (account_id, id)
);
create index exports_made_by on exports (account_id, made_by);
