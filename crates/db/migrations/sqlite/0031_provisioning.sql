-- What identity providers call people and groups, and what they said of people that has no other place here.
-- The key of a name is null while somebody does not hold it: once they are deleted.
create table provisioned_users (
  account_id blob not null,
  user_id blob not null,
  user_name text,
  user_name_key text,
  external_id text,
  said text,
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users (account_id, id) on delete cascade
) strict, without rowid;
create unique index provisioned_users_name on provisioned_users (account_id, user_name_key)
  where user_name_key is not null;
create index provisioned_users_external_id on provisioned_users (account_id, external_id)
  where external_id is not null;

create table provisioned_groups (
  account_id blob not null,
  group_id blob not null,
  external_id text not null,
  primary key (account_id, group_id),
  foreign key (account_id, group_id) references groups (account_id, id) on delete cascade
) strict, without rowid;
create index provisioned_groups_external_id on provisioned_groups (account_id, external_id);
