select account_id, id, name, folder, pattern, schedule, settings, brakes, paused, rev, next_at, seen, saved_by,
  saved_by_name, created_at
from series
where account_id = $1
  and id = $2
