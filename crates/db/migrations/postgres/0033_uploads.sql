-- Files that arrive in parts: how much of each is there. The bytes are in the data folder.
create table uploads (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  size_bytes bigint not null,
  received_bytes bigint not null,
  created_by_name text not null,
  created_at bigint not null,
  primary key (account_id, id)
);
create index uploads_created on uploads (account_id, created_at, id);
