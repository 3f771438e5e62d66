-- Photos of people, made square and small on arrival (docs/decisions/0024).
create table photos (
  account_id uuid not null,
  user_id uuid not null,
  hash bytea not null,
  large bytea not null,
  small bytea not null,
  batch_id uuid,
  updated_at bigint not null,
  primary key (account_id, user_id)
);

-- Many photos at once: how far it got, and what became of each file.
create table photo_batches (
  account_id uuid not null,
  id uuid not null,
  source_name text collate "C" not null,
  recognise text collate "C" not null,
  replace_existing boolean not null,
  state text collate "C" not null check (state in ('running', 'done', 'failed')),
  files bigint not null default 0,
  files_done bigint not null default 0,
  stored bigint not null default 0,
  replaced bigint not null default 0,
  kept bigint not null default 0,
  refused bigint not null default 0,
  error text collate "C",
  begun_by uuid,
  begun_by_name text collate "C" not null,
  created_at bigint not null,
  finished_at bigint,
  primary key (account_id, id),
  check (files_done = stored + replaced + kept + refused)
);

create table photo_results (
  account_id uuid not null,
  batch_id uuid not null,
  position bigint not null,
  name text collate "C" not null,
  outcome text collate "C" not null,
  reason text collate "C" not null,
  user_id uuid,
  primary key (account_id, batch_id, position)
);

-- How large a photo may be when it comes, and whether people set their own.
alter table accounts add column photo_megabytes bigint not null default 3;
alter table accounts add column photos_by_people boolean not null default true;

-- Early access to the next version of the app: one line for everybody who ever asked for it or was offered it.
create table early_access (
  account_id uuid not null,
  user_id uuid not null,
  state text collate "C" not null check (state in ('requested', 'approved', 'refused', 'ended', 'expired')),
  version text collate "C",
  asked_at bigint not null,
  decided_at bigint,
  decided_by_name text collate "C",
  primary key (account_id, user_id)
);
create index early_access_state on early_access (account_id, state, asked_at, user_id);

alter table accounts add column early_link text collate "C";
alter table accounts add column early_version text collate "C";
alter table accounts add column released_version text collate "C";

-- Requests for a person's own data. The link to the file is known only by its hash.
create table data_requests (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  asked_by uuid,
  asked_by_name text collate "C" not null,
  state text collate "C" not null check (state in ('queued', 'ready', 'gone')),
  token_hash bytea,
  size_bytes bigint,
  created_at bigint not null,
  expires_at bigint,
  opened_at bigint,
  primary key (account_id, id)
);
create unique index data_requests_token on data_requests (token_hash) where token_hash is not null;
create unique index data_requests_queued on data_requests (account_id, user_id) where state = 'queued';
create index data_requests_user on data_requests (account_id, user_id, created_at);
