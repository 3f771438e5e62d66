-- For all accounts.
update messages
set state = 'queued', worker = null
where worker = $1
and state = 'claimed'
