-- What was written about the staged people.
update activity
set details = '', erased_at = $2
where account_id = $1
  and subject_id in (select s.id from staged_ids s)
