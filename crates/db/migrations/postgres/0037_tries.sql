-- Wrong tries of networks, as the moment when their store is full again; of no account: nobody has signed in yet.
create table tries (
  kind text collate "C" not null,
  network text collate "C" not null,
  full_at bigint not null,
  primary key (kind, network)
);
create index tries_full on tries (full_at);

-- The requests that a token has used up since a moment, counted by all processes together.
create table token_uses (
  account_id uuid not null references accounts (id),
  token_id uuid not null,
  began bigint not null,
  used bigint not null,
  primary key (account_id, token_id)
);
