-- What happened to cards, who is issued one in a bulk issue, and how an account shows them.
create table card_events (
  account_id uuid not null,
  card_id uuid not null,
  id uuid not null,
  what text collate "C" not null check (what in ('add', 'issue', 'activate', 'pause', 'resume', 'revoke', 'replace', 'move', 'expire')),
  state_before text collate "C",
  state_after text collate "C" not null,
  user_id uuid not null,
  former_user_id uuid,
  other_card_id uuid,
  at bigint not null,
  actor_id uuid,
  actor_name text not null,
  primary key (account_id, card_id, id)
);
create index card_events_actor on card_events (account_id, actor_id) where actor_id is not null;

-- Of the cards that are in somebody's hands a person has one.
create unique index cards_holder on cards (account_id, user_id) where state in ('issued', 'active', 'paused');
alter table cards alter column state type text collate "C";
create index cards_state on cards (account_id, state, id);
create index cards_numbers on cards (account_id, number, id);
create index cards_ends on cards (account_id, ends_at) where ends_at is not null and state in ('reserved', 'issued', 'active', 'paused');

-- Issuing to many: how far it got, and what became of everybody.
create table card_runs (
  account_id uuid not null references accounts (id),
  id uuid not null,
  source text collate "C" not null check (source in ('picks', 'import', 'reserved')),
  import_id uuid,
  starts_at bigint,
  ends_at bigint,
  state text collate "C" not null check (state in ('running', 'done')),
  after_user_id uuid,
  issued bigint not null default 0,
  holding bigint not null default 0,
  no_number bigint not null default 0,
  not_active bigint not null default 0,
  over bigint not null default 0,
  begun_by uuid,
  begun_by_name text not null,
  created_at bigint not null,
  ended_at bigint,
  primary key (account_id, id)
);
create table card_run_people (
  account_id uuid not null,
  run_id uuid not null,
  user_id uuid not null,
  outcome text collate "C",
  primary key (account_id, run_id, user_id),
  foreign key (account_id, run_id) references card_runs (account_id, id) on delete cascade
);

create table card_settings (
  account_id uuid not null references accounts (id),
  radix text collate "C" not null check (radix in ('decimal', 'hex')),
  card_type text collate "C" not null check (card_type in ('mobile', 'rf', 'qr')),
  valid_days bigint,
  primary key (account_id)
);
