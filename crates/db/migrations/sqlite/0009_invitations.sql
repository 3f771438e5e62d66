-- Who signs in may do so by phone as well; an address counts for other accounts only once it was proven.
alter table identities add column phone text;
alter table identities add column email_verified_at integer;
alter table identities add column phone_verified_at integer;
update identities set email_verified_at = created_at where email_key is not null;
create unique index identities_phone on identities (phone) where phone is not null;

-- Offers to sign in. At most one of a person is open; its link is known only by its hash.
create table invitations (
  account_id blob not null,
  id blob not null,
  user_id blob not null,
  channel text not null check (channel in ('email', 'sms', 'link')),
  recipient text,
  token_hash blob not null,
  state text not null check (state in ('open', 'accepted', 'withdrawn', 'replaced')),
  message_id blob,
  wave_id blob,
  number integer not null,
  invited_by blob,
  invited_by_name text not null,
  created_at integer not null,
  offered_at integer not null,
  expires_at integer not null,
  remind_at integer,
  reminders_sent integer not null default 0,
  settled_at integer,
  primary key (account_id, id)
) strict;
create unique index invitations_token on invitations (token_hash);
create unique index invitations_open on invitations (account_id, user_id) where state = 'open';
create index invitations_wave on invitations (account_id, wave_id) where wave_id is not null;
create index invitations_user on invitations (account_id, user_id, id);
create index invitations_state on invitations (account_id, state, id);
create index invitations_recipient on invitations (recipient) where state = 'open' and recipient is not null;
create index invitations_remind on invitations (remind_at) where state = 'open' and remind_at is not null;

-- Many invitations at once: whom they are for, and how far it got.
create table invitation_waves (
  account_id blob not null,
  id blob not null,
  kind text not null check (kind in ('first', 'again')),
  source text not null check (source in ('picks', 'import', 'all')),
  import_id blob,
  channel text not null check (channel in ('any', 'email', 'sms')),
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

create table invitation_picks (
  account_id blob not null,
  wave_id blob not null,
  user_id blob not null,
  primary key (account_id, wave_id, user_id)
) strict;

-- For how many days links work, and after how many of them a reminder goes out.
alter table accounts add column invitation_days integer not null default 14;
alter table accounts add column invitation_reminders text not null default '3,7';
