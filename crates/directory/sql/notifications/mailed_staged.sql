update notifications
set mail_due_at = null, mailed_at = $2
where account_id = $1
  and id in (select s.id from staged_ids s)
