-- People whom an import was to deactivate and who were changed after its check.
create table import_departures_kept (
  account_id uuid not null,
  import_id uuid not null,
  user_id uuid not null,
  primary key (account_id, import_id, user_id)
);

-- A recurring import.
create table series (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  folder text,
  pattern text not null,
  schedule text not null,
  settings text not null,
  brakes text not null,
  paused boolean not null default false,
  rev bigint not null default 1,
  next_at bigint,
  seen text,
  saved_by uuid,
  saved_by_name text not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (account_id, id)
);
create unique index series_name on series (account_id, name_key);
create index series_due on series (next_at) where next_at is not null;

-- One look of a series for a new file, with what came of it.
create table series_runs (
  account_id uuid not null,
  series_id uuid not null,
  id uuid not null,
  outcome text not null,
  reasons text,
  comparison text,
  import_id uuid,
  file_name text,
  started_at bigint not null,
  finished_at bigint,
  primary key (account_id, series_id, id)
);
create index series_runs_import on series_runs (account_id, import_id) where import_id is not null;

-- Whom the imports of a series have brought or found.
create table series_people (
  account_id uuid not null,
  series_id uuid not null,
  user_id uuid not null,
  import_id uuid not null,
  primary key (account_id, series_id, user_id)
);
create index series_people_import on series_people (account_id, import_id);
