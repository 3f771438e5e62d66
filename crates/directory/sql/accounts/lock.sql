-- Whoever may take away the last owner waits here for the others who may.
update accounts
set name = name
where id = $1
