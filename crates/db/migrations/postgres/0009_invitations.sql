-- Who signs in may do so by phone as well; an address counts for other accounts only once it was proven.
alter table identities add column phone text collate "C";
alter table identities add column email_verified_at bigint;
alter table identities add column phone_verified_at bigint;
update identities set email_verified_at = created_at where email_key is not null;
create unique index identities_phone on identities (phone) where phone is not null;

-- Offers to sign in. At most one of a person is open; its link is known only by its hash.
create table invitations (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  channel text collate "C" not null check (channel in ('email', 'sms', 'link')),
  recipient text collate "C",
  token_hash bytea not null,
  state text collate "C" not null check (state in ('open', 'accepted', 'withdrawn', 'replaced')),
  message_id uuid,
  wave_id uuid,
  number bigint not null,
  invited_by uuid,
  invited_by_name text not null,
  created_at bigint not null,
  offered_at bigint not null,
  expires_at bigint not null,
  remind_at bigint,
  reminders_sent bigint not null default 0,
  settled_at bigint,
  primary key (account_id, id)
);
create unique index invitations_token on invitations (token_hash);
create unique index invitations_open on invitations (account_id, user_id) where state = 'open';
create index invitations_wave on invitations (account_id, wave_id) where wave_id is not null;
create index invitations_user on invitations (account_id, user_id, id);
create index invitations_state on invitations (account_id, state, id);
create index invitations_recipient on invitations (recipient) where state = 'open' and recipient is not null;
create index invitations_remind on invitations (remind_at) where state = 'open' and remind_at is not null;

-- Many invitations at once: whom they are for, and how far it got.
create table invitation_waves (
  account_id uuid not null,
  id uuid not null,
  kind text collate "C" not null check (kind in ('first', 'again')),
  source text collate "C" not null check (source in ('picks', 'import', 'all')),
  import_id uuid,
  channel text collate "C" not null check (channel in ('any', 'email', 'sms')),
  days bigint not null,
  send_at bigint not null,
  state text collate "C" not null check (state in ('running', 'watching', 'held', 'paused', 'stopped', 'done')),
  after_user uuid,
  invited bigint not null default 0,
  connected bigint not null default 0,
  already bigint not null default 0,
  unreachable bigint not null default 0,
  begun_by uuid,
  begun_by_name text not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (account_id, id)
);

create table invitation_picks (
  account_id uuid not null,
  wave_id uuid not null,
  user_id uuid not null,
  primary key (account_id, wave_id, user_id)
);

-- For how many days links work, and after how many of them a reminder goes out.
alter table accounts add column invitation_days bigint not null default 14;
alter table accounts add column invitation_reminders text not null default '3,7';
