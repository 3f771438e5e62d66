-- Messages to people. What makes a message valuable to a stranger, its link, is taken away once it was handed over.
create table messages (
  account_id uuid not null,
  id uuid not null,
  channel text collate "C" not null check (channel in ('email', 'sms')),
  purpose text not null,
  language text not null,
  urgency bigint not null,
  subject_id uuid,
  recipient text not null,
  parameters text not null,
  link text,
  state text collate "C" not null check (state in ('queued', 'claimed', 'handed', 'sent', 'captured', 'bounced', 'failed', 'withdrawn')),
  attempts bigint not null default 0,
  due_at bigint not null,
  worker text collate "C",
  reason text,
  reply text,
  announced boolean not null default false,
  created_at bigint not null,
  settled_at bigint,
  primary key (account_id, id)
);
-- Mail that comes back names a message by its id alone.
create unique index messages_id on messages (id);
create index messages_due on messages (channel, urgency, due_at, id) where state = 'queued';
create index messages_taken on messages (worker) where worker is not null;
create index messages_subject on messages (account_id, subject_id, id) where subject_id is not null;
create index messages_state on messages (account_id, state, id);

-- How fast each way out may go, and since when it is out of order.
create table outlets (
  channel text collate "C" not null primary key,
  next_at bigint not null,
  failures bigint not null default 0,
  retry_at bigint,
  problem text,
  updated_at bigint not null
);

-- Texts of an account's own.
create table message_templates (
  account_id uuid not null references accounts (id),
  purpose text collate "C" not null,
  channel text collate "C" not null,
  language text collate "C" not null,
  subject text not null,
  text text not null,
  updated_at bigint not null,
  primary key (account_id, purpose, channel, language)
);
