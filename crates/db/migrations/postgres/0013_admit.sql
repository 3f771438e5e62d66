-- The Invite wizard: what somebody has chosen so far, kept until it is sent or given up.
create table invite_drafts (
  account_id uuid not null,
  id uuid not null,
  user_id uuid,
  user_name text not null,
  state text collate "C" not null check (state in ('open', 'importing', 'sent', 'failed')),
  rev bigint not null,
  access_type text collate "C" check (access_type in ('full', 'tenant', 'always', 'repeat', 'temporary')),
  schedule text,
  ends_at bigint,
  pasted text,
  next_number bigint not null default 1,
  giver_id uuid,
  import_id uuid,
  wave_id uuid,
  failure text,
  sent_at bigint,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (account_id, id)
);
create unique index invite_drafts_open on invite_drafts (account_id, user_id) where state = 'open';
create index invite_drafts_user on invite_drafts (account_id, user_id, id);
create index invite_drafts_age on invite_drafts (account_id, updated_at);

-- Where access is given; whether by a tenant, so that the people hold places for guests.
create table invite_devices (
  account_id uuid not null,
  draft_id uuid not null,
  device_id uuid not null,
  name text not null,
  is_guest boolean not null default false,
  primary key (account_id, draft_id, device_id)
);

-- A file or pasted lines that were read into a draft.
create table invite_lists (
  account_id uuid not null,
  draft_id uuid not null,
  number bigint not null,
  name text,
  row_count bigint not null,
  is_told boolean not null default false,
  primary key (account_id, draft_id, number)
);

-- People of a draft. Whoever has access to all chosen devices already is kept aside, as devices may change.
create table invite_cards (
  account_id uuid not null,
  draft_id uuid not null,
  number bigint not null,
  name text not null,
  name_key text collate "C" not null,
  phone text collate "C",
  email text,
  email_key text collate "C",
  notes text,
  list_number bigint,
  row_no bigint,
  has_access boolean not null default false,
  outcome text collate "C" check (outcome in ('created', 'updated', 'skipped', 'failed')),
  user_id uuid,
  problem text,
  primary key (account_id, draft_id, number)
);
create unique index invite_cards_phone on invite_cards (account_id, draft_id, phone) where phone is not null;
create unique index invite_cards_email on invite_cards (account_id, draft_id, email_key) where email_key is not null;
create index invite_cards_user on invite_cards (account_id, draft_id, user_id) where user_id is not null;

-- Rows that did not become people of the draft, and why.
create table invite_skips (
  account_id uuid not null,
  draft_id uuid not null,
  list_number bigint not null,
  row_no bigint not null,
  name text not null,
  phone text collate "C" not null,
  code text collate "C" not null,
  reason text not null,
  primary key (account_id, draft_id, list_number, row_no)
);

-- What each person of a sent draft gets: the devices they had no access to.
create table invite_gifts (
  account_id uuid not null,
  draft_id uuid not null,
  number bigint not null,
  device_id uuid not null,
  primary key (account_id, draft_id, number, device_id)
);
create index invite_gifts_device on invite_gifts (account_id, device_id, draft_id);

-- Waves may prefer SMS.
alter table invitation_waves drop constraint invitation_waves_channel_check;
alter table invitation_waves add constraint invitation_waves_channel_check check (channel in ('any', 'email', 'sms', 'sms_first'));
