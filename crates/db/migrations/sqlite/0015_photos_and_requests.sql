-- Photos of people, made square and small on arrival (docs/decisions/0024).
create table photos (
  account_id blob not null,
  user_id blob not null,
  hash blob not null,
  large blob not null,
  small blob not null,
  batch_id blob,
  updated_at integer not null,
  primary key (account_id, user_id)
) strict;

-- Many photos at once: how far it got, and what became of each file.
create table photo_batches (
  account_id blob not null,
  id blob not null,
  source_name text not null,
  recognise text not null,
  replace_existing integer not null,
  state text not null check (state in ('running', 'done', 'failed')),
  files integer not null default 0,
  files_done integer not null default 0,
  stored integer not null default 0,
  replaced integer not null default 0,
  kept integer not null default 0,
  refused integer not null default 0,
  error text,
  begun_by blob,
  begun_by_name text not null,
  created_at integer not null,
  finished_at integer,
  primary key (account_id, id),
  check (files_done = stored + replaced + kept + refused)
) strict;

create table photo_results (
  account_id blob not null,
  batch_id blob not null,
  position integer not null,
  name text not null,
  outcome text not null,
  reason text not null,
  user_id blob,
  primary key (account_id, batch_id, position)
) strict;

-- How large a photo may be when it comes, and whether people set their own.
alter table accounts add column photo_megabytes integer not null default 3;
alter table accounts add column photos_by_people integer not null default 1;

-- Early access to the next version of the app: one line for everybody who ever asked for it or was offered it.
create table early_access (
  account_id blob not null,
  user_id blob not null,
  state text not null check (state in ('requested', 'approved', 'refused', 'ended', 'expired')),
  version text,
  asked_at integer not null,
  decided_at integer,
  decided_by_name text,
  primary key (account_id, user_id)
) strict;
create index early_access_state on early_access (account_id, state, asked_at, user_id);

alter table accounts add column early_link text;
alter table accounts add column early_version text;
alter table accounts add column released_version text;

-- Requests for a person's own data. The link to the file is known only by its hash.
create table data_requests (
  account_id blob not null,
  id blob not null,
  user_id blob not null,
  asked_by blob,
  asked_by_name text not null,
  state text not null check (state in ('queued', 'ready', 'gone')),
  token_hash blob,
  size_bytes integer,
  created_at integer not null,
  expires_at integer,
  opened_at integer,
  primary key (account_id, id)
) strict;
create unique index data_requests_token on data_requests (token_hash) where token_hash is not null;
create unique index data_requests_queued on data_requests (account_id, user_id) where state = 'queued';
create index data_requests_user on data_requests (account_id, user_id, created_at);
