-- People who were deleted and can be restored: what they are found by, so that somebody else can have it meanwhile, and
-- what they had. The row in `users` stays, without keys, until they are erased (docs/decisions/0027).
create table deleted_users (
  account_id blob not null,
  user_id blob not null,
  deleted_at integer not null,
  deleted_by blob,
  deleted_by_name text not null,
  was_status text not null check (was_status in ('invited', 'active', 'deactivated')),
  identity_id blob,
  email text,
  email_key text,
  phone text,
  external_id text,
  external_id_key text,
  erase_now integer not null default 0,
  primary key (account_id, user_id)
) strict;
create index deleted_users_at on deleted_users (account_id, deleted_at, user_id);
create index deleted_users_email on deleted_users (account_id, email_key) where email_key is not null;
create index deleted_users_phone on deleted_users (account_id, phone) where phone is not null;
create index deleted_users_external_id on deleted_users (account_id, external_id_key) where external_id_key is not null;
create index deleted_users_identity on deleted_users (identity_id) where identity_id is not null;

-- Groups, workflows and steps they were in.
create table deleted_links (
  account_id blob not null,
  user_id blob not null,
  kind text not null check (kind in ('group', 'workflow', 'step')),
  target_id blob not null,
  is_admin integer not null default 0,
  primary key (account_id, user_id, kind, target_id)
) strict, without rowid;

create table deleted_seats (
  account_id blob not null,
  user_id blob not null,
  module_key text not null,
  primary key (account_id, user_id, module_key)
) strict, without rowid;

-- Access that ends because its holder is deleted may come back as it was.
alter table revoked_grants add column is_guest integer not null default 0;

-- Documents of people who were erased: their files are still to be removed.
create table erased_documents (
  account_id blob not null,
  document_id blob not null,
  primary key (account_id, document_id)
) strict, without rowid;

create table erased_archives (
  account_id blob not null,
  request_id blob not null,
  primary key (account_id, request_id)
) strict, without rowid;
