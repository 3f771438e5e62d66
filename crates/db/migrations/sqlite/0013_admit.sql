-- The Invite wizard: what somebody has chosen so far, kept until it is sent or given up.
create table invite_drafts (
  account_id blob not null,
  id blob not null,
  user_id blob,
  user_name text not null,
  state text not null check (state in ('open', 'importing', 'sent', 'failed')),
  rev integer not null,
  access_type text check (access_type in ('full', 'tenant', 'always', 'repeat', 'temporary')),
  schedule text,
  ends_at integer,
  pasted text,
  next_number integer not null default 1,
  giver_id blob,
  import_id blob,
  wave_id blob,
  failure text,
  sent_at integer,
  created_at integer not null,
  updated_at integer not null,
  primary key (account_id, id)
) strict;
create unique index invite_drafts_open on invite_drafts (account_id, user_id) where state = 'open';
create index invite_drafts_user on invite_drafts (account_id, user_id, id);
create index invite_drafts_age on invite_drafts (account_id, updated_at);

-- Where access is given; whether by a tenant, so that the people hold places for guests.
create table invite_devices (
  account_id blob not null,
  draft_id blob not null,
  device_id blob not null,
  name text not null,
  is_guest integer not null default 0,
  primary key (account_id, draft_id, device_id)
) strict, without rowid;

-- A file or pasted lines that were read into a draft.
create table invite_lists (
  account_id blob not null,
  draft_id blob not null,
  number integer not null,
  name text,
  row_count integer not null,
  is_told integer not null default 0,
  primary key (account_id, draft_id, number)
) strict, without rowid;

-- People of a draft. Whoever has access to all chosen devices already is kept aside, as devices may change.
create table invite_cards (
  account_id blob not null,
  draft_id blob not null,
  number integer not null,
  name text not null,
  name_key text not null,
  phone text,
  email text,
  email_key text,
  notes text,
  list_number integer,
  row_no integer,
  has_access integer not null default 0,
  outcome text check (outcome in ('created', 'updated', 'skipped', 'failed')),
  user_id blob,
  problem text,
  primary key (account_id, draft_id, number)
) strict, without rowid;
create unique index invite_cards_phone on invite_cards (account_id, draft_id, phone) where phone is not null;
create unique index invite_cards_email on invite_cards (account_id, draft_id, email_key) where email_key is not null;
create index invite_cards_user on invite_cards (account_id, draft_id, user_id) where user_id is not null;

-- Rows that did not become people of the draft, and why.
create table invite_skips (
  account_id blob not null,
  draft_id blob not null,
  list_number integer not null,
  row_no integer not null,
  name text not null,
  phone text not null,
  code text not null,
  reason text not null,
  primary key (account_id, draft_id, list_number, row_no)
) strict, without rowid;

-- What each person of a sent draft gets: the devices they had no access to.
create table invite_gifts (
  account_id blob not null,
  draft_id blob not null,
  number integer not null,
  device_id blob not null,
  primary key (account_id, draft_id, number, device_id)
) strict, without rowid;
create index invite_gifts_device on invite_gifts (account_id, device_id, draft_id);

-- Waves may prefer SMS: SQLite changes a check by making the table anew.
create table invitation_waves_new (
  account_id blob not null,
  id blob not null,
  kind text not null check (kind in ('first', 'again')),
  source text not null check (source in ('picks', 'import', 'all')),
  import_id blob,
  channel text not null check (channel in ('any', 'email', 'sms', 'sms_first')),
  days integer not null,
  send_at integer not null,
  state text not null check (state in ('running', 'watching', 'held', 'paused', 'stopped', 'done')),
  after_user blob,
  invited integer not null default 0,
  connected integer not null default 0,
  already integer not null default 0,
  unreachable integer not null default 0,
  begun_by blob,
  begun_by_name text not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (account_id, id)
) strict;
insert into invitation_waves_new
select account_id, id, kind, source, import_id, channel, days, send_at, state, after_user, invited, connected, already,
  unreachable, begun_by, begun_by_name, created_at, updated_at
from invitation_waves;
drop table invitation_waves;
alter table invitation_waves_new rename to invitation_waves;
