-- Headers of an answer that is given again: where the thing made is, and its version.
alter table api_answers add column headers text not null default '{}';
