-- What somebody wants by e-mail of what they are told in the product; the usual holds where nothing is said.
create table notification_choices (
  account_id uuid not null,
  user_id uuid not null,
  topic text collate "C" not null,
  by_email boolean not null,
  primary key (account_id, user_id, topic)
);

-- When it is to be mailed, until it was; and when it was.
alter table notifications add column mail_due_at bigint;
alter table notifications add column mailed_at bigint;
create index notifications_mail_due on notifications (account_id, mail_due_at, user_id) where mail_due_at is not null;
create index notifications_mailed on notifications (account_id, mailed_at, user_id) where mailed_at is not null;
