-- Mappings that somebody has given a name, for every later import of the account.
create table shared_mappings (
  account_id blob not null,
  name_key text not null,
  name text not null,
  mapping text not null,
  saved_by_name text not null,
  saved_at integer not null,
  primary key (account_id, name_key)
) strict, without rowid;
