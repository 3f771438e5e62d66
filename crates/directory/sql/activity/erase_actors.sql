-- The staged people are not named any more where they acted.
update activity
set actor_name = $2, erased_at = $3
where account_id = $1
  and actor_id in (select s.id from staged_ids s)
