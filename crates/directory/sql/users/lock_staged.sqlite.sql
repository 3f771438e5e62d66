-- An update that changes nothing: whoever else changes what hangs on these people waits for the end of this transaction.
update users
set version = version
where account_id = $1
  and id in (select s.id from staged_ids s)
  and status <> 'deleted'
returning id, status
