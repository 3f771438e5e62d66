-- Where somebody signed in, and why a session has ended that its browser may still ask with.
alter table sessions add column address text collate "C";
alter table sessions add column end_reason text collate "C" check (end_reason in ('limit', 'password', 'elsewhere', 'administrator'));

-- What an account asks of passwords and how many sessions its people may have; a user may have another number.
alter table accounts add column password_chars bigint not null default 8;
alter table accounts add column session_limit bigint not null default 3;
alter table users add column session_limit bigint;

-- Links to choose a new password, known only by their hash. At most one of an identity is open.
create table password_resets (
  token_hash bytea not null primary key,
  identity_id uuid not null references identities (id),
  channel text collate "C" not null check (channel in ('email', 'sms')),
  recipient text collate "C" not null,
  state text collate "C" not null check (state in ('open', 'used', 'replaced')),
  created_at bigint not null,
  expires_at bigint not null
);
create unique index password_resets_open on password_resets (identity_id) where state = 'open';
create index password_resets_identity on password_resets (identity_id, created_at);
