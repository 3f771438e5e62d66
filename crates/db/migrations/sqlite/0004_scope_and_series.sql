-- People whom an import was to deactivate and who were changed after its check.
create table import_departures_kept (
  account_id blob not null,
  import_id blob not null,
  user_id blob not null,
  primary key (account_id, import_id, user_id)
) strict, without rowid;

-- A recurring import.
create table series (
  account_id blob not null references accounts (id),
  id blob not null,
  name text not null,
  name_key text not null,
  folder text,
  pattern text not null,
  schedule text not null,
  settings text not null,
  brakes text not null,
  paused integer not null default 0,
  rev integer not null default 1,
  next_at integer,
  seen text,
  saved_by blob,
  saved_by_name text not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (account_id, id)
) strict;
create unique index series_name on series (account_id, name_key);
create index series_due on series (next_at) where next_at is not null;

-- One look of a series for a new file, with what came of it.
create table series_runs (
  account_id blob not null,
  series_id blob not null,
  id blob not null,
  outcome text not null,
  reasons text,
  comparison text,
  import_id blob,
  file_name text,
  started_at integer not null,
  finished_at integer,
  primary key (account_id, series_id, id)
) strict, without rowid;
create index series_runs_import on series_runs (account_id, import_id) where import_id is not null;

-- Whom the imports of a series have brought or found.
create table series_people (
  account_id blob not null,
  series_id blob not null,
  user_id blob not null,
  import_id blob not null,
  primary key (account_id, series_id, user_id)
) strict, without rowid;
create index series_people_import on series_people (account_id, import_id);
