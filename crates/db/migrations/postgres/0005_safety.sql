-- What a second run after an undo did, and who last changed an import, for whoever was looking at it then.
alter table imports add column redo text;
alter table imports add column changed_by_name text;
alter table imports add column changed_what text;
alter table imports add column changed_at bigint;
alter table imports add column changed_from bigint;

-- Who is looking at an import, and at which of its pages.
create table import_visitors (
  account_id uuid not null,
  import_id uuid not null,
  user_id uuid not null,
  name text not null,
  step text not null,
  seen_at bigint not null,
  primary key (account_id, import_id, user_id)
);

-- Fields of a person that imports leave alone.
create table kept_fields (
  account_id uuid not null,
  user_id uuid not null,
  field text collate "C" not null,
  kept_by_name text not null,
  created_at bigint not null,
  primary key (account_id, user_id, field)
);

-- How long rows and files of an import are kept.
alter table accounts add column keep_imports_months bigint not null default 13;
create index imports_open on imports (account_id, updated_at) where completed_at is null;
