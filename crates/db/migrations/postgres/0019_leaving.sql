-- People who were deleted and can be restored: what they are found by, so that somebody else can have it meanwhile, and
-- what they had. The row in `users` stays, without keys, until they are erased (docs/decisions/0027).
create table deleted_users (
  account_id uuid not null,
  user_id uuid not null,
  deleted_at bigint not null,
  deleted_by uuid,
  deleted_by_name text not null,
  was_status text collate "C" not null check (was_status in ('invited', 'active', 'deactivated')),
  identity_id uuid,
  email text,
  email_key text collate "C",
  phone text collate "C",
  external_id text,
  external_id_key text collate "C",
  erase_now boolean not null default false,
  primary key (account_id, user_id)
);
create index deleted_users_at on deleted_users (account_id, deleted_at, user_id);
create index deleted_users_email on deleted_users (account_id, email_key) where email_key is not null;
create index deleted_users_phone on deleted_users (account_id, phone) where phone is not null;
create index deleted_users_external_id on deleted_users (account_id, external_id_key) where external_id_key is not null;
create index deleted_users_identity on deleted_users (identity_id) where identity_id is not null;

-- Groups, workflows and steps they were in.
create table deleted_links (
  account_id uuid not null,
  user_id uuid not null,
  kind text collate "C" not null check (kind in ('group', 'workflow', 'step')),
  target_id uuid not null,
  is_admin boolean not null default false,
  primary key (account_id, user_id, kind, target_id)
);

create table deleted_seats (
  account_id uuid not null,
  user_id uuid not null,
  module_key text collate "C" not null,
  primary key (account_id, user_id, module_key)
);

-- Access that ends because its holder is deleted may come back as it was.
alter table revoked_grants add column is_guest boolean not null default false;

-- Documents of people who were erased: their files are still to be removed.
create table erased_documents (
  account_id uuid not null,
  document_id uuid not null,
  primary key (account_id, document_id)
);

create table erased_archives (
  account_id uuid not null,
  request_id uuid not null,
  primary key (account_id, request_id)
);
