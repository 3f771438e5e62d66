-- Addresses that events are handed over to. No areas means all of them, otherwise their names with a space before and
-- after each. The secrets sign, so that they are kept as they are (docs/decisions/0037).
create table webhooks (
  account_id blob not null references accounts (id),
  id blob not null,
  name text not null,
  name_key text not null,
  url text not null,
  areas text,
  state text not null check (state in ('on', 'off', 'failed')),
  reason text,
  secret text not null,
  old_secret text,
  old_secret_until integer,
  revision integer not null,
  failures integer not null default 0,
  failing_since integer,
  rests_until integer,
  delivered_at integer,
  created_at integer not null,
  primary key (account_id, id)
) strict, without rowid;
create unique index webhooks_name on webhooks (account_id, name_key);

-- What is to be handed over, and what became of it: by the entry of the log, never by its content.
create table webhook_deliveries (
  account_id blob not null,
  webhook_id blob not null,
  event_id blob not null,
  order_key blob not null,
  is_test integer not null,
  at integer not null,
  state text not null check (state in ('waiting', 'held', 'taken', 'delivered', 'given_up')),
  attempts integer not null,
  first_tried_at integer,
  tried_at integer,
  due_at integer not null,
  worker text,
  status integer,
  duration_ms integer,
  trouble text,
  settled_at integer,
  primary key (account_id, webhook_id, event_id),
  foreign key (account_id, webhook_id) references webhooks (account_id, id) on delete cascade
) strict, without rowid;
create index webhook_deliveries_due on webhook_deliveries (account_id, webhook_id, due_at, at, event_id) where state = 'waiting';
create index webhook_deliveries_order on webhook_deliveries (account_id, webhook_id, order_key, at, event_id) where state in ('waiting', 'held', 'taken');
create index webhook_deliveries_state on webhook_deliveries (account_id, webhook_id, state, event_id);
create index webhook_deliveries_taken on webhook_deliveries (worker) where worker is not null;
create index webhook_deliveries_settled on webhook_deliveries (account_id, settled_at) where settled_at is not null;
