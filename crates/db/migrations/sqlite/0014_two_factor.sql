-- The second proof of a sign-in: codes of an authenticator app (RFC 6238). No code of the last step or an earlier one is
-- taken again. A row without a secret is a set-up that was begun and not confirmed.
create table second_factors (
  identity_id blob not null primary key references identities (id),
  secret blob,
  confirmed_at integer,
  last_step integer not null default 0,
  next_secret blob,
  next_until integer
) strict;

-- What stands in for a lost phone, known only by its hash; each works once.
create table recovery_codes (
  identity_id blob not null references identities (id),
  code_hash blob not null,
  used_at integer,
  primary key (identity_id, code_hash)
) strict;

-- Somebody has shown their password and is asked for the second proof: no session yet.
create table sign_in_steps (
  token_hash blob not null primary key,
  identity_id blob not null references identities (id),
  account_id blob,
  created_at integer not null,
  expires_at integer not null
) strict;
create index sign_in_steps_identity on sign_in_steps (identity_id, created_at);

-- Whose sign-in needs a second proof, as names of roles with blanks between; and where somebody worked last.
alter table accounts add column two_factor_roles text not null default '';
alter table identities add column last_account_id blob;
