-- Administrator roles of the account's own.

create table admin_roles (
  account_id blob not null references accounts (id),
  id blob not null,
  name text not null,
  name_key text not null,
  actions text not null,
  all_groups integer not null check (all_groups in (0, 1)),
  all_workflows integer not null check (all_workflows in (0, 1)),
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (account_id, id)
) strict;
create unique index admin_roles_name on admin_roles (account_id, name_key);

create table admin_role_groups (
  account_id blob not null,
  role_id blob not null,
  group_id blob not null,
  primary key (account_id, role_id, group_id),
  foreign key (account_id, role_id) references admin_roles (account_id, id)
) strict, without rowid;

create table admin_role_workflows (
  account_id blob not null,
  role_id blob not null,
  workflow_id blob not null,
  primary key (account_id, role_id, workflow_id),
  foreign key (account_id, role_id) references admin_roles (account_id, id)
) strict, without rowid;

-- Counts only while the role is admin; a role that is gone leaves nothing.
alter table users add column admin_role_id blob;
create index users_admin_role on users (account_id, admin_role_id, id) where admin_role_id is not null;
