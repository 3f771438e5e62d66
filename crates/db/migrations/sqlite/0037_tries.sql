-- Wrong tries of networks, as the moment when their store is full again; of no account: nobody has signed in yet.
create table tries (
  kind text not null,
  network text not null,
  full_at integer not null,
  primary key (kind, network)
) strict, without rowid;
create index tries_full on tries (full_at);

-- The requests that a token has used up since a moment, counted by all processes together.
create table token_uses (
  account_id blob not null references accounts (id),
  token_id blob not null,
  began integer not null,
  used integer not null,
  primary key (account_id, token_id)
) strict, without rowid;
