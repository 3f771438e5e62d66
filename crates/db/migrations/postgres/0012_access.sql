-- How long guests of tenants may have access to a device, and how many of them at the same time.
alter table devices add column guest_minutes bigint not null default 1440 check (guest_minutes between 15 and 4320);
alter table devices add column guest_limit bigint not null default 10 check (guest_limit between 1 and 100);

-- Notes on the access itself, never shown to the person; who gave it, none for the account's administration; and
-- whether a tenant gave it, so that it holds one of the device's places for guests.
alter table grants add column notes text;
alter table grants add column invited_by uuid;
alter table grants add column is_guest boolean not null default false;
create index grants_guests on grants (account_id, device_id, ends_at) where is_guest;

-- A device has at most one owner.
create unique index grants_owner on grants (account_id, device_id) where access_type = 'owner';

-- Access that was taken away, as it was. What is in `grants` is what people have now.
create table revoked_grants (
  account_id uuid not null,
  user_id uuid not null,
  device_id uuid not null,
  access_type text not null check (access_type in ('owner', 'full', 'tenant', 'always', 'repeat', 'temporary')),
  schedule text,
  starts_at bigint,
  ends_at bigint,
  created_at bigint not null,
  notes text,
  invited_by uuid,
  revoked_at bigint not null,
  revoked_by uuid,
  revoked_by_name text not null,
  primary key (account_id, user_id, device_id, revoked_at)
);
create index revoked_grants_device on revoked_grants (account_id, device_id, user_id, revoked_at);
