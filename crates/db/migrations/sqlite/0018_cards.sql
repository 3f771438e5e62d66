-- What happened to cards, who is issued one in a bulk issue, and how an account shows them.
create table card_events (
  account_id blob not null,
  card_id blob not null,
  id blob not null,
  what text not null check (what in ('add', 'issue', 'activate', 'pause', 'resume', 'revoke', 'replace', 'move', 'expire')),
  state_before text,
  state_after text not null,
  user_id blob not null,
  former_user_id blob,
  other_card_id blob,
  at integer not null,
  actor_id blob,
  actor_name text not null,
  primary key (account_id, card_id, id)
) strict, without rowid;
create index card_events_actor on card_events (account_id, actor_id) where actor_id is not null;

-- Of the cards that are in somebody's hands a person has one.
create unique index cards_holder on cards (account_id, user_id) where state in ('issued', 'active', 'paused');
create index cards_state on cards (account_id, state, id);
create index cards_numbers on cards (account_id, number, id);
create index cards_ends on cards (account_id, ends_at) where ends_at is not null and state in ('reserved', 'issued', 'active', 'paused');

-- Issuing to many: how far it got, and what became of everybody.
create table card_runs (
  account_id blob not null references accounts (id),
  id blob not null,
  source text not null check (source in ('picks', 'import', 'reserved')),
  import_id blob,
  starts_at integer,
  ends_at integer,
  state text not null check (state in ('running', 'done')),
  after_user_id blob,
  issued integer not null default 0,
  holding integer not null default 0,
  no_number integer not null default 0,
  not_active integer not null default 0,
  over integer not null default 0,
  begun_by blob,
  begun_by_name text not null,
  created_at integer not null,
  ended_at integer,
  primary key (account_id, id)
) strict;
create table card_run_people (
  account_id blob not null,
  run_id blob not null,
  user_id blob not null,
  outcome text,
  primary key (account_id, run_id, user_id),
  foreign key (account_id, run_id) references card_runs (account_id, id) on delete cascade
) strict, without rowid;

create table card_settings (
  account_id blob not null references accounts (id),
  radix text not null check (radix in ('decimal', 'hex')),
  card_type text not null check (card_type in ('mobile', 'rf', 'qr')),
  valid_days integer,
  primary key (account_id)
) strict, without rowid;
