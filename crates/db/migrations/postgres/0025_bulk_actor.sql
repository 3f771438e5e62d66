-- The job itself says who acts: whoever pressed the button last.
alter table bulk_actions drop column made_by_role;
