-- Only what is still as it was read.
update cards
set state = $3, starts_at = coalesce(starts_at, $4), ends_at = coalesce(ends_at, $5), version = version + 1
where account_id = $1
  and id in (select s.id from staged_ids s)
  and state = $2
