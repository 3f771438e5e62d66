-- What was said of them is blanked; that something was done stays.
update activity
set details = ''
where account_id = $1
  and subject_id in (select s.id from staged_ids s)
