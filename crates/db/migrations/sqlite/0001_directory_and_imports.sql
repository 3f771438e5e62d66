-- The first schema. One text per database; names, columns, keys and indexes are the same in both (tested).
-- Times are integer microseconds since 1970, ids are UUIDv7, *_key columns are case-folded by `kernel::fold`.
-- Tables that bulk loads write carry no foreign keys: a per-row check would double the cost of a load, and the use
-- cases that write them name only rows they have read (docs/decisions/0009).

create table accounts (
  id blob not null primary key,
  slug text not null,
  name text not null,
  default_country text,
  time_zone text not null,
  locked_while_importing integer not null default 0,
  created_at integer not null
) strict;
create unique index accounts_slug on accounts (slug);

create table identities (
  id blob not null primary key,
  email text,
  email_key text,
  password_hash text,
  failed_sign_ins integer not null default 0,
  locked_until integer,
  created_at integer not null,
  updated_at integer not null
) strict;
create unique index identities_email on identities (email_key) where email_key is not null;

create table sessions (
  id blob not null primary key,
  identity_id blob not null references identities (id),
  account_id blob not null references accounts (id),
  user_id blob not null,
  token_hash blob not null,
  user_agent text,
  created_at integer not null,
  last_seen_at integer not null,
  expires_at integer not null
) strict;
create unique index sessions_token on sessions (token_hash);
create index sessions_identity on sessions (identity_id, created_at);

create table users (
  account_id blob not null,
  id blob not null,
  identity_id blob,
  external_id text,
  external_id_key text,
  first_name text not null,
  last_name text not null,
  name_key text not null,
  last_name_key text not null,
  email text,
  email_key text,
  phone text,
  notes text,
  role text not null check (role in ('owner', 'admin', 'manager', 'user')),
  status text not null check (status in ('invited', 'active', 'deactivated', 'deleted')),
  person_kind text not null check (person_kind in ('employee', 'visitor', 'member')),
  title text,
  department text,
  language text,
  custom text,
  version integer not null,
  import_id blob,
  created_at integer not null,
  updated_at integer not null,
  primary key (account_id, id)
) strict;
create unique index users_external_id on users (account_id, external_id_key) where external_id_key is not null;
create unique index users_email on users (account_id, email_key) where email_key is not null;
create unique index users_phone on users (account_id, phone) where phone is not null;
create index users_name on users (account_id, name_key, id);
create index users_last_name on users (account_id, last_name_key, id);
create index users_import on users (account_id, import_id, id) where import_id is not null;
create index users_identity on users (identity_id) where identity_id is not null;

create table groups (
  account_id blob not null references accounts (id),
  id blob not null,
  kind text not null check (kind in ('group', 'team')),
  name text not null,
  name_key text not null,
  import_id blob,
  created_at integer not null,
  primary key (account_id, id)
) strict;
create unique index groups_name on groups (account_id, kind, name_key);

create table group_members (
  account_id blob not null,
  user_id blob not null,
  group_id blob not null,
  is_admin integer not null default 0,
  created_at integer not null,
  primary key (account_id, user_id, group_id)
) strict, without rowid;
create index group_members_group on group_members (account_id, group_id, user_id);

create table modules (
  account_id blob not null references accounts (id),
  key text not null,
  label text not null,
  seats integer not null check (seats >= 0),
  created_at integer not null,
  primary key (account_id, key)
) strict, without rowid;

create table module_seats (
  account_id blob not null,
  user_id blob not null,
  module_key text not null,
  created_at integer not null,
  primary key (account_id, user_id, module_key)
) strict, without rowid;
create index module_seats_module on module_seats (account_id, module_key, user_id);

create table workflows (
  account_id blob not null references accounts (id),
  id blob not null,
  name text not null,
  name_key text not null,
  created_at integer not null,
  primary key (account_id, id)
) strict;
create unique index workflows_name on workflows (account_id, name_key);

create table workflow_participants (
  account_id blob not null,
  user_id blob not null,
  workflow_id blob not null,
  created_at integer not null,
  primary key (account_id, user_id, workflow_id)
) strict, without rowid;
create index workflow_participants_workflow on workflow_participants (account_id, workflow_id, user_id);

create table devices (
  account_id blob not null references accounts (id),
  id blob not null,
  name text not null,
  name_key text not null,
  created_at integer not null,
  primary key (account_id, id)
) strict;
create unique index devices_name on devices (account_id, name_key);

create table grants (
  account_id blob not null,
  user_id blob not null,
  device_id blob not null,
  access_type text not null check (access_type in ('owner', 'full', 'tenant', 'always', 'repeat', 'temporary')),
  schedule text,
  starts_at integer,
  ends_at integer,
  created_at integer not null,
  primary key (account_id, user_id, device_id)
) strict, without rowid;
create index grants_device on grants (account_id, device_id, user_id);

create table cards (
  account_id blob not null,
  id blob not null,
  user_id blob not null,
  number text not null,
  card_type text not null check (card_type in ('mobile', 'rf', 'qr')),
  state text not null check (state in ('reserved', 'issued', 'active', 'paused', 'expired', 'revoked')),
  starts_at integer,
  ends_at integer,
  version integer not null default 1,
  created_at integer not null,
  primary key (account_id, id)
) strict;
create unique index cards_number on cards (account_id, number) where state in ('reserved', 'issued', 'active', 'paused');
create index cards_user on cards (account_id, user_id);

create table custom_fields (
  account_id blob not null references accounts (id),
  key text not null,
  label text not null,
  kind text not null check (kind in ('text', 'number', 'date', 'bool', 'choice')),
  choices text,
  position integer not null,
  created_at integer not null,
  primary key (account_id, key)
) strict, without rowid;

create table activity (
  account_id blob not null,
  id blob not null,
  at integer not null,
  actor_id blob,
  actor_name text not null,
  action text not null,
  subject_id blob,
  details text not null,
  primary key (account_id, id)
) strict, without rowid;
create index activity_subject on activity (account_id, subject_id, id) where subject_id is not null;

create table notifications (
  account_id blob not null,
  id blob not null,
  user_id blob not null,
  kind text not null,
  subject_id blob,
  text text not null,
  created_at integer not null,
  read_at integer,
  primary key (account_id, id)
) strict, without rowid;
create index notifications_user on notifications (account_id, user_id, id);

create table jobs (
  id blob not null primary key,
  account_id blob,
  kind text not null,
  group_key text,
  payload text not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed')),
  attempts integer not null default 0,
  run_at integer not null,
  worker text,
  error text,
  created_at integer not null,
  started_at integer,
  finished_at integer
) strict;
create index jobs_waiting on jobs (state, run_at, id);
create index jobs_group on jobs (group_key, state) where group_key is not null;
create unique index jobs_running_group on jobs (group_key) where state = 'running' and group_key is not null;

create table imports (
  account_id blob not null,
  id blob not null,
  number integer not null,
  name text not null,
  state text not null,
  rev integer not null,
  preset text not null,
  settings text not null,
  layout text,
  mapping text,
  plan text,
  error text,
  content_hash blob,
  source_name text not null,
  source_bytes integer not null,
  id_base blob not null,
  stage text not null,
  rows_total integer not null default 0,
  rows_done integer not null default 0,
  chunks_done integer not null default 0,
  rows_created integer not null default 0,
  rows_updated integer not null default 0,
  rows_unchanged integer not null default 0,
  rows_skipped integer not null default 0,
  rows_failed integer not null default 0,
  rows_not_started integer not null default 0,
  timings text,
  undo text,
  created_by blob,
  created_by_name text not null,
  created_at integer not null,
  updated_at integer not null,
  started_at integer,
  finished_at integer,
  completed_at integer,
  primary key (account_id, id)
) strict;
create unique index imports_number on imports (account_id, number);
create index imports_hash on imports (account_id, content_hash) where content_hash is not null;

-- One line per problem of a row; good rows are in the import's spool only.
create table import_problems (
  account_id blob not null,
  import_id blob not null,
  row_no integer not null,
  position integer not null,
  line integer not null,
  code text not null,
  severity text not null,
  field text,
  column_no integer,
  value text not null,
  detail text not null,
  suggestion text,
  while_applying integer not null default 0,
  primary key (account_id, import_id, row_no, position)
) strict, without rowid;
create index import_problems_code on import_problems (account_id, import_id, code, field, row_no);

-- Counts per kind of problem, kept so that no page counts rows.
create table import_problem_groups (
  account_id blob not null,
  import_id blob not null,
  code text not null,
  field text not null,
  severity text not null,
  row_count integer not null,
  primary key (account_id, import_id, code, field)
) strict, without rowid;

-- Rows a person has ticked or unticked; `imports.settings` says which of the two a line means.
create table import_picks (
  account_id blob not null,
  import_id blob not null,
  row_no integer not null,
  primary key (account_id, import_id, row_no)
) strict, without rowid;

-- What a finished import made of a header row, for the next file with the same one.
create table mappings (
  account_id blob not null,
  signature text not null,
  columns text not null,
  used_at integer not null,
  primary key (account_id, signature)
) strict, without rowid;
