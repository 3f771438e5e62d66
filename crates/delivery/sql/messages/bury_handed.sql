-- For all accounts.
update messages
set state = 'sent', reason = $2, settled_at = $3, worker = null, link = null
where worker = $1
and state = 'handed'
