-- For how many days deleted people can be taken back, before they are erased.
alter table accounts add column keep_deleted_days bigint not null default 30;
