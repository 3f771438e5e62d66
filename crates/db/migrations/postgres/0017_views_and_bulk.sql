-- When somebody signed in last; sessions end, this stays.
alter table users add column last_sign_in_at bigint;
update users set last_sign_in_at = (
  select max(s.created_at) from sessions s where s.account_id = users.account_id and s.user_id = users.id
) where identity_id is not null;

-- What lists are narrowed by. People an import brings get larger ids, so that they are added at the end of an index.
alter table users alter column status type text collate "C";
alter table users alter column role type text collate "C";
alter table users alter column person_kind type text collate "C";
create index users_status on users (account_id, status, id);
create index users_role on users (account_id, role, id) where role <> 'user';
create index users_kind on users (account_id, person_kind, id) where person_kind <> 'employee';
create index users_sign_in on users (account_id, last_sign_in_at, id) where last_sign_in_at is not null;
create index cards_state_holder on cards (account_id, state, user_id) where state <> 'reserved';

-- Ways to look at the list of people, kept with a name.
create table user_views (
  account_id uuid not null references accounts (id),
  id uuid not null,
  owner_id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  is_shared boolean not null,
  query text not null,
  created_at bigint not null,
  primary key (account_id, id)
);
create unique index user_views_name on user_views (account_id, owner_id, name_key);

-- One action on many people, and what it did to each: what an undo goes by.
create table bulk_actions (
  account_id uuid not null references accounts (id),
  id uuid not null,
  action text not null,
  told text not null,
  filter text,
  after_user uuid,
  state text not null check (state in ('preparing', 'ready', 'running', 'done', 'undoing', 'undone', 'dropped')),
  chosen bigint not null default 0,
  fitting bigint not null default 0,
  made_by uuid,
  made_by_name text not null,
  made_by_role text not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (account_id, id)
);

create table bulk_rows (
  account_id uuid not null,
  bulk_id uuid not null,
  user_id uuid not null,
  outcome text collate "C" not null,
  before text,
  version bigint,
  primary key (account_id, bulk_id, user_id)
);
create index bulk_rows_outcome on bulk_rows (account_id, bulk_id, outcome, user_id);
