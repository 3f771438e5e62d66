-- The second proof of a sign-in: codes of an authenticator app (RFC 6238). No code of the last step or an earlier one is
-- taken again. A row without a secret is a set-up that was begun and not confirmed.
create table second_factors (
  identity_id uuid not null primary key references identities (id),
  secret bytea,
  confirmed_at bigint,
  last_step bigint not null default 0,
  next_secret bytea,
  next_until bigint
);

-- What stands in for a lost phone, known only by its hash; each works once.
create table recovery_codes (
  identity_id uuid not null references identities (id),
  code_hash bytea not null,
  used_at bigint,
  primary key (identity_id, code_hash)
);

-- Somebody has shown their password and is asked for the second proof: no session yet.
create table sign_in_steps (
  token_hash bytea not null primary key,
  identity_id uuid not null references identities (id),
  account_id uuid,
  created_at bigint not null,
  expires_at bigint not null
);
create index sign_in_steps_identity on sign_in_steps (identity_id, created_at);

-- Whose sign-in needs a second proof, as names of roles with blanks between; and where somebody worked last.
alter table accounts add column two_factor_roles text collate "C" not null default '';
alter table identities add column last_account_id uuid;
