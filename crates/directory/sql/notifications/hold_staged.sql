-- All that waits for the staged people, however much of it was read into memory.
update notifications
set mail_due_at = $2
where account_id = $1
  and user_id in (select s.id from staged_ids s)
  and mail_due_at is not null
