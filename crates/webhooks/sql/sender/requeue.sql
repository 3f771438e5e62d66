-- For all accounts.
update webhook_deliveries
set state = 'waiting', worker = null
where worker = $1
  and state = 'taken'
