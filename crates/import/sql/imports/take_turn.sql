-- Two uploads at once wait for each other here, and so get two numbers.
update accounts
set slug = slug
where id = $1
