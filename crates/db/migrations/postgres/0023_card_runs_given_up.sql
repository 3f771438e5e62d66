-- Issuing to many that failed too often has ended without having gone through everybody.
alter table card_runs add column given_up boolean not null default false;
