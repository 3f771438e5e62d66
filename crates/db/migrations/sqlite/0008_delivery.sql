-- Messages to people. What makes a message valuable to a stranger, its link, is taken away once it was handed over.
create table messages (
  account_id blob not null,
  id blob not null,
  channel text not null check (channel in ('email', 'sms')),
  purpose text not null,
  language text not null,
  urgency integer not null,
  subject_id blob,
  recipient text not null,
  parameters text not null,
  link text,
  state text not null check (state in ('queued', 'claimed', 'handed', 'sent', 'captured', 'bounced', 'failed', 'withdrawn')),
  attempts integer not null default 0,
  due_at integer not null,
  worker text,
  reason text,
  reply text,
  announced integer not null default 0,
  created_at integer not null,
  settled_at integer,
  primary key (account_id, id)
) strict;
-- Mail that comes back names a message by its id alone.
create unique index messages_id on messages (id);
create index messages_due on messages (channel, urgency, due_at, id) where state = 'queued';
create index messages_taken on messages (worker) where worker is not null;
create index messages_subject on messages (account_id, subject_id, id) where subject_id is not null;
create index messages_state on messages (account_id, state, id);

-- How fast each way out may go, and since when it is out of order.
create table outlets (
  channel text not null primary key,
  next_at integer not null,
  failures integer not null default 0,
  retry_at integer,
  problem text,
  updated_at integer not null
) strict;

-- Texts of an account's own.
create table message_templates (
  account_id blob not null references accounts (id),
  purpose text not null,
  channel text not null,
  language text not null,
  subject text not null,
  text text not null,
  updated_at integer not null,
  primary key (account_id, purpose, channel, language)
) strict;
