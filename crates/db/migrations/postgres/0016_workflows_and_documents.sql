-- The steps of workflows, groups that take part in them, and the documents that go through.
create table workflow_steps (
  account_id uuid not null,
  id uuid not null,
  workflow_id uuid not null,
  position bigint not null,
  kind text collate "C" not null check (kind in ('fill', 'review', 'approve', 'submit')),
  name text not null,
  is_for_all boolean not null,
  created_at bigint not null,
  primary key (account_id, id),
  foreign key (account_id, workflow_id) references workflows (account_id, id) on delete cascade
);
create index workflow_steps_workflow on workflow_steps (account_id, workflow_id, position);

-- A workflow from before has one step, which everybody in it may do.
insert into workflow_steps (account_id, id, workflow_id, position, kind, name, is_for_all, created_at)
select account_id, id, id, 1, 'fill', 'Fill in', true, created_at
from workflows;

-- Whoever is in the group takes part; nothing is copied to its people.
create table workflow_groups (
  account_id uuid not null,
  group_id uuid not null,
  workflow_id uuid not null,
  created_at bigint not null,
  primary key (account_id, group_id, workflow_id),
  foreign key (account_id, group_id) references groups (account_id, id) on delete cascade,
  foreign key (account_id, workflow_id) references workflows (account_id, id) on delete cascade
);
create index workflow_groups_workflow on workflow_groups (account_id, workflow_id, group_id);

-- Who may do a step that is not for all.
create table workflow_step_users (
  account_id uuid not null,
  user_id uuid not null,
  step_id uuid not null,
  primary key (account_id, user_id, step_id),
  foreign key (account_id, step_id) references workflow_steps (account_id, id) on delete cascade
);
create index workflow_step_users_step on workflow_step_users (account_id, step_id, user_id);

create table workflow_step_groups (
  account_id uuid not null,
  group_id uuid not null,
  step_id uuid not null,
  primary key (account_id, group_id, step_id),
  foreign key (account_id, group_id) references groups (account_id, id) on delete cascade,
  foreign key (account_id, step_id) references workflow_steps (account_id, id) on delete cascade
);
create index workflow_step_groups_step on workflow_step_groups (account_id, step_id, group_id);

create table documents (
  account_id uuid not null,
  id uuid not null,
  workflow_id uuid not null,
  step_id uuid not null,
  title text not null,
  title_key text collate "C" not null,
  state text collate "C" not null check (state in ('inbox', 'draft', 'submitted', 'reviewed', 'approved', 'completed', 'returned')),
  assignee_id uuid not null,
  note text,
  files bigint not null,
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (account_id, id),
  foreign key (account_id, workflow_id) references workflows (account_id, id),
  foreign key (account_id, step_id) references workflow_steps (account_id, id)
);
create index documents_assignee on documents (account_id, assignee_id, state, id);
create index documents_step on documents (account_id, step_id, state, id);
create index documents_workflow on documents (account_id, workflow_id, state, id);
create index documents_state on documents (account_id, state, id);

-- Every version of a document's file; the bytes are in the data folder under these ids.
create table document_files (
  account_id uuid not null,
  document_id uuid not null,
  number bigint not null,
  id uuid not null,
  name text not null,
  media_type text not null,
  size_bytes bigint not null,
  hash text not null,
  user_id uuid,
  user_name text not null,
  created_at bigint not null,
  primary key (account_id, document_id, number),
  foreign key (account_id, document_id) references documents (account_id, id) on delete cascade
);

create table document_history (
  account_id uuid not null,
  document_id uuid not null,
  id uuid not null,
  at bigint not null,
  actor_id uuid,
  actor_name text not null,
  act text collate "C" not null,
  state text collate "C" not null,
  note text not null,
  primary key (account_id, document_id, id),
  foreign key (account_id, document_id) references documents (account_id, id) on delete cascade
);
create index document_history_actor on document_history (account_id, actor_id, at) where actor_id is not null;

-- The trail of one person.
create index activity_actor on activity (account_id, actor_id, id) where actor_id is not null;

alter table accounts add column document_limit_mb bigint not null default 25;
