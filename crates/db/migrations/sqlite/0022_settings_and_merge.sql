-- The import that locks people and cards is found here; see directory/sql/lock/writing_import.sql.
create index imports_writing on imports (account_id, number)
  where state in ('queued', 'running', 'pausing', 'paused', 'stopping', 'undoing', 'redoing');

-- What an account decides about itself.
alter table accounts add column language text;
alter table accounts add column name_order text not null default 'first_last';
alter table accounts add column keep_drafts_days integer not null default 30;
alter table accounts add column keep_messages_days integer not null default 365;
alter table accounts add column keep_notifications_days integer not null default 365;

-- What new imports begin with, and from when on a plan asks for its number.
create table import_settings (
  account_id blob not null references accounts (id),
  existing text,
  bad_rows text,
  unknown_group text,
  most_percent integer not null,
  most_people integer not null,
  most_cards integer not null,
  primary key (account_id)
) strict, without rowid;

-- Messages whose text and address are not kept any more.
alter table messages add column forgotten_at integer;
create index messages_kept on messages (account_id, settled_at) where settled_at is not null and forgotten_at is null;
create index notifications_read on notifications (account_id, read_at) where read_at is not null;

-- Somebody who was made one with somebody else (docs/decisions/0030).
alter table users add column merged_into blob;
create index users_merged on users (account_id, merged_into) where merged_into is not null;

-- Taking back many photos: what people had before, and what became of each.
create table photo_former (
  account_id blob not null,
  batch_id blob not null,
  user_id blob not null,
  hash blob not null,
  large blob not null,
  small blob not null,
  former_batch_id blob,
  updated_at integer not null,
  primary key (account_id, batch_id, user_id)
) strict;
create index photo_former_user on photo_former (account_id, user_id);
alter table photo_batches add column undo_state text;
alter table photo_results add column undone text;
