-- Makes two who take a file for a series wait for each other.
update series
set updated_at = updated_at
where account_id = $1
  and id = $2
