-- Administrator roles of the account's own.

create table admin_roles (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  actions text not null,
  all_groups boolean not null,
  all_workflows boolean not null,
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (account_id, id)
);
create unique index admin_roles_name on admin_roles (account_id, name_key);

create table admin_role_groups (
  account_id uuid not null,
  role_id uuid not null,
  group_id uuid not null,
  primary key (account_id, role_id, group_id),
  foreign key (account_id, role_id) references admin_roles (account_id, id)
);

create table admin_role_workflows (
  account_id uuid not null,
  role_id uuid not null,
  workflow_id uuid not null,
  primary key (account_id, role_id, workflow_id),
  foreign key (account_id, role_id) references admin_roles (account_id, id)
);

-- Counts only while the role is admin; a role that is gone leaves nothing.
alter table users add column admin_role_id uuid;
create index users_admin_role on users (account_id, admin_role_id, id) where admin_role_id is not null;
