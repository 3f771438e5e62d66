-- Files that arrive in parts: how much of each is there. The bytes are in the data folder.
create table uploads (
  account_id blob not null references accounts (id),
  id blob not null,
  name text not null,
  size_bytes integer not null,
  received_bytes integer not null,
  created_by_name text not null,
  created_at integer not null,
  primary key (account_id, id)
) strict, without rowid;
create index uploads_created on uploads (account_id, created_at, id);
