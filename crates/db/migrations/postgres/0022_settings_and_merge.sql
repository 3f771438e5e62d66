-- The import that locks people and cards is found here; see directory/sql/lock/writing_import.sql.
create index imports_writing on imports (account_id, number)
  where state in ('queued', 'running', 'pausing', 'paused', 'stopping', 'undoing', 'redoing');

-- What an account decides about itself.
alter table accounts add column language text collate "C";
alter table accounts add column name_order text collate "C" not null default 'first_last';
alter table accounts add column keep_drafts_days bigint not null default 30;
alter table accounts add column keep_messages_days bigint not null default 365;
alter table accounts add column keep_notifications_days bigint not null default 365;

-- What new imports begin with, and from when on a plan asks for its number.
create table import_settings (
  account_id uuid not null references accounts (id),
  existing text collate "C",
  bad_rows text collate "C",
  unknown_group text collate "C",
  most_percent bigint not null,
  most_people bigint not null,
  most_cards bigint not null,
  primary key (account_id)
);

-- Messages whose text and address are not kept any more.
alter table messages add column forgotten_at bigint;
create index messages_kept on messages (account_id, settled_at) where settled_at is not null and forgotten_at is null;
create index notifications_read on notifications (account_id, read_at) where read_at is not null;

-- Somebody who was made one with somebody else (docs/decisions/0030).
alter table users add column merged_into uuid;
create index users_merged on users (account_id, merged_into) where merged_into is not null;

-- Taking back many photos: what people had before, and what became of each.
create table photo_former (
  account_id uuid not null,
  batch_id uuid not null,
  user_id uuid not null,
  hash bytea not null,
  large bytea not null,
  small bytea not null,
  former_batch_id uuid,
  updated_at bigint not null,
  primary key (account_id, batch_id, user_id)
);
create index photo_former_user on photo_former (account_id, user_id);
alter table photo_batches add column undo_state text collate "C";
alter table photo_results add column undone text collate "C";
