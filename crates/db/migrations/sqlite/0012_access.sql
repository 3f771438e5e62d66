-- How long guests of tenants may have access to a device, and how many of them at the same time.
alter table devices add column guest_minutes integer not null default 1440 check (guest_minutes between 15 and 4320);
alter table devices add column guest_limit integer not null default 10 check (guest_limit between 1 and 100);

-- Notes on the access itself, never shown to the person; who gave it, none for the account's administration; and
-- whether a tenant gave it, so that it holds one of the device's places for guests.
alter table grants add column notes text;
alter table grants add column invited_by blob;
alter table grants add column is_guest integer not null default 0;
create index grants_guests on grants (account_id, device_id, ends_at) where is_guest;

-- A device has at most one owner.
create unique index grants_owner on grants (account_id, device_id) where access_type = 'owner';

-- Access that was taken away, as it was. What is in `grants` is what people have now.
create table revoked_grants (
  account_id blob not null,
  user_id blob not null,
  device_id blob not null,
  access_type text not null check (access_type in ('owner', 'full', 'tenant', 'always', 'repeat', 'temporary')),
  schedule text,
  starts_at integer,
  ends_at integer,
  created_at integer not null,
  notes text,
  invited_by blob,
  revoked_at integer not null,
  revoked_by blob,
  revoked_by_name text not null,
  primary key (account_id, user_id, device_id, revoked_at)
) strict;
create index revoked_grants_device on revoked_grants (account_id, device_id, user_id, revoked_at);
