-- What a program signs in with: it acts for the user who made it. Only a hash of it is kept.
create table api_tokens (
  account_id uuid not null references accounts (id),
  id uuid not null,
  user_id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  scopes text not null,
  token_hash bytea not null,
  created_at bigint not null,
  expires_at bigint not null,
  last_used_at bigint,
  revoked_at bigint,
  primary key (account_id, id)
);
create unique index api_tokens_hash on api_tokens (token_hash);
create unique index api_tokens_name on api_tokens (account_id, name_key) where revoked_at is null;

-- What requests with an idempotency key were answered, for a day.
create table api_answers (
  account_id uuid not null,
  token_id uuid not null,
  key_hash bytea not null,
  request_hash bytea not null,
  status bigint not null,
  body text not null,
  created_at bigint not null,
  primary key (account_id, token_id, key_hash)
);
create index api_answers_created on api_answers (account_id, created_at);
