-- Whoever gives or takes seats of a module waits here for the others who do.
update modules
set seats = seats
where account_id = $1
  and key = $2
