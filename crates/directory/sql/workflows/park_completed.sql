-- Completed documents keep standing at the last step: when it goes, at the one before.
update documents
set step_id = $3
where account_id = $1
  and step_id = $2
  and state = 'completed'
