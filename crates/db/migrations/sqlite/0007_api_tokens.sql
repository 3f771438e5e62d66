-- What a program signs in with: it acts for the user who made it. Only a hash of it is kept.
create table api_tokens (
  account_id blob not null references accounts (id),
  id blob not null,
  user_id blob not null,
  name text not null,
  name_key text not null,
  scopes text not null,
  token_hash blob not null,
  created_at integer not null,
  expires_at integer not null,
  last_used_at integer,
  revoked_at integer,
  primary key (account_id, id)
) strict, without rowid;
create unique index api_tokens_hash on api_tokens (token_hash);
create unique index api_tokens_name on api_tokens (account_id, name_key) where revoked_at is null;

-- What requests with an idempotency key were answered, for a day.
create table api_answers (
  account_id blob not null,
  token_id blob not null,
  key_hash blob not null,
  request_hash blob not null,
  status integer not null,
  body text not null,
  created_at integer not null,
  primary key (account_id, token_id, key_hash)
) strict, without rowid;
create index api_answers_created on api_answers (account_id, created_at);
