-- Two who send at once wait for each other here, so that neither counts a place the other takes.
update accounts
set slug = slug
where id = $1
