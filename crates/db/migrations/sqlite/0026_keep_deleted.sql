-- For how many days deleted people can be taken back, before they are erased.
alter table accounts add column keep_deleted_days integer not null default 30;
